using System.Globalization;
using System.Text;
using Serilog.Events;

namespace StepExport.Logs;

/// <summary>What makes two messages the same: category, template, arguments and the kind of exception.</summary>
/// <remarks>Fractions are waits and rates, which differ every time. Whole numbers are counts, except in an error: there they say where
/// the damage is.</remarks>
internal static class MessageKey
{
    /// <summary>What is remembered of a message must stay small.</summary>
    private const int MaxLength = 2000;

    /// <summary>Null for a message that is never taken for another one.</summary>
    public static string? Of(LogEvent logEvent)
    {
        if (logEvent.Level == LogEventLevel.Fatal) return null;
        using var key = new StringWriter(new StringBuilder(), CultureInfo.InvariantCulture);
        key.Write($"{logEvent.MessageTemplate.Text}\n{logEvent.Exception?.GetType().FullName}");
        foreach (var (name, value) in logEvent.Properties)
        {
            if (IsMeasure(value, logEvent.Level)) continue;
            key.Write($"\n{name}=");
            value.Render(key);
            if (key.GetStringBuilder().Length > MaxLength) return null;
        }

        return key.ToString();
    }

    private static bool IsMeasure(LogEventPropertyValue value, LogEventLevel level) => value is ScalarValue scalar && scalar.Value switch
    {
        double or float or decimal or TimeSpan => true,
        sbyte or byte or short or ushort or int or uint or long or ulong => level < LogEventLevel.Error,
        _ => false,
    };
}
