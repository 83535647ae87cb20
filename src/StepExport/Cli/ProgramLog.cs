using Serilog;
using Serilog.Events;
using Serilog.Formatting.Compact;

namespace StepExport.Cli;

/// <summary>The program's own log: one JSON object a line on standard error; standard output belongs to the data.</summary>
internal static class ProgramLog
{
    public static Serilog.Core.Logger Create(LogEventLevel level) => new LoggerConfiguration()
        .MinimumLevel.Is(level)
        .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
        .WriteTo.Console(new RenderedCompactJsonFormatter(), standardErrorFromLevel: LogEventLevel.Verbose)
        .CreateLogger();
}
