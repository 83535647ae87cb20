using StepExport.Configuration;
using StepExport.Core.Delivery;
using StepExport.Core.Ocsf;

namespace StepExport.Sinks.Console;

/// <summary>Makes sinks of type <c>console</c>.</summary>
internal sealed class ConsoleSinkFactory() : SinkFactory<ConsoleSinkConfig>("console")
{
    public override void Validate(ConsoleSinkConfig config, ConfigProblems problems)
    {
        if (config.Format is not ("table" or "ndjson"))
            problems.Add("format", $"'{config.Format}' is not known; write table or ndjson");
    }

    public override ISink Create(string name, ConsoleSinkConfig config, SinkContext context)
    {
        var terminal = Terminal.OfStandardOutput();
        ILineFormat lines = config.Format == "table"
            ? new TableLines(terminal)
            : new NdjsonLines(new RecordFormat(config.ToOcsfVersion()), terminal);
        return new ConsoleSink(System.Console.OpenStandardOutput(), lines, context.Metrics);
    }
}
