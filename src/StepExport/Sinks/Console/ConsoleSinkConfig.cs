using StepExport.Configuration;
using StepExport.Core.Formats;

namespace StepExport.Sinks.Console;

/// <summary>Shows findings on standard output.</summary>
internal sealed record ConsoleSinkConfig : SinkConfig
{
    /// <summary>One batch after the other, so that the lines stand in the journal's order.</summary>
    public ConsoleSinkConfig() => InFlight = 1;

    public override string Destination => "standard output";

    /// <summary>table: one readable line per finding. The others are one line of JSON: ndjson or ocsf (the finding itself), ecs, cim, raw (the
    /// detection as received; needs normalization.includeRaw).</summary>
    [OneOf(Table, Ndjson, OutputFormats.Ocsf, OutputFormats.Ecs, OutputFormats.Cim, OutputFormats.Raw)]
    public override string Format { get; init; } = Table;

    internal const string Table = "table";
    internal const string Ndjson = "ndjson";
}
