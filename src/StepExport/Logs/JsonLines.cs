using Serilog.Events;
using Serilog.Formatting;

namespace StepExport.Logs;

/// <summary>Standard error for machines: one JSON object a line.</summary>
internal sealed class JsonLines(LogLine line) : ITextFormatter
{
    public void Format(LogEvent logEvent, TextWriter output)
    {
        line.Write(logEvent, output);
        output.WriteLine();
    }
}
