using StepExport.Configuration;
using StepExport.Core.Ingest;

namespace StepExport.Sources.Stdin;

/// <summary>Reads detections from standard input until it ends. It has no checkpoint: what was read but not yet journaled at a crash is the sender's to repeat.</summary>
internal sealed record StdinSourceConfig : SourceConfig
{
    public override string Origin => "standard input";

    /// <summary>A larger detection goes to the dead letters, 1KB to 64MB.</summary>
    [SizeRange("1KB", "64MB")]
    public ByteSize MaxEventSize { get; init; } = new(DetectionSplitter.DefaultMaxEventSize);
}
