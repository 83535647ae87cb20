using StepExport.Configuration;

namespace StepExport.Sinks.Console;

/// <summary>Shows findings on standard output.</summary>
internal sealed record ConsoleSinkConfig : SinkConfig
{
    /// <summary>One batch after the other, so that the lines stand in the journal's order.</summary>
    public ConsoleSinkConfig() => InFlight = 1;

    public override string Destination => "standard output";

    /// <summary>table: one readable line per finding; ndjson: the finding itself as one line of JSON.</summary>
    [OneOf("table", "ndjson")]
    public string Format { get; init; } = "table";
}
