using StepExport.Configuration;
using StepExport.Core.Delivery;
using StepExport.Core.Formats;

namespace StepExport.Sinks.Console;

/// <summary>Makes sinks of type <c>console</c>.</summary>
internal sealed class ConsoleSinkFactory() : SinkFactory<ConsoleSinkConfig>("console")
{
    public override void Validate(ConsoleSinkConfig config, ConfigProblems problems)
    {
    }

    public override ISink Create(string name, ConsoleSinkConfig config, SinkContext context)
    {
        var terminal = Terminal.OfStandardOutput();
        ILineFormat lines = config.Format == ConsoleSinkConfig.Table
            ? new TableLines(terminal)
            : new NdjsonLines((config.Format == ConsoleSinkConfig.Ndjson ? config with { Format = OutputFormats.Ocsf } : config).ToRecordFormat(), terminal);
        return new ConsoleSink(System.Console.OpenStandardOutput(), lines, context.Metrics);
    }
}
