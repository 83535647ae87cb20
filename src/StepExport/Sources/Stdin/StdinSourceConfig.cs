using StepExport.Configuration;

namespace StepExport.Sources.Stdin;

/// <summary>Reads detections from standard input until it ends. It has no checkpoint: what was read but not yet journaled at a crash is the sender's to repeat.</summary>
internal sealed record StdinSourceConfig : SourceConfig
{
    public override string Origin => "standard input";
}
