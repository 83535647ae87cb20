using Serilog.Core;
using Serilog.Events;

namespace StepExport.Logs;

/// <summary>What stands among a message's values without being one.</summary>
internal static class LogProperties
{
    private const string EventId = "EventId";

    public static bool IsAboutTheEvent(string name) => name is Constants.SourceContextPropertyName or EventId;

    /// <summary>Who logs.</summary>
    public static string? Category(LogEvent logEvent) =>
        logEvent.Properties.GetValueOrDefault(Constants.SourceContextPropertyName) is ScalarValue { Value: string category } ? category : null;

    /// <summary>Number and name of the message.</summary>
    public static StructureValue? Identity(LogEvent logEvent) => logEvent.Properties.GetValueOrDefault(EventId) as StructureValue;
}
