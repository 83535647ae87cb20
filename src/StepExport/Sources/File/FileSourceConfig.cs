using StepExport.Configuration;

namespace StepExport.Sources.File;

/// <summary>Reads detections from files: one per line, an array, one object, concatenated, the vendor's envelopes, gzipped or not.</summary>
internal sealed record FileSourceConfig : SourceConfig
{
    /// <summary>One file, or a pattern: * and ? match within a name, ** any number of folders. Names that begin with a dot are
    /// matched only by a pattern that does, too. A relative path starts at the current directory.</summary>
    public required string Path { get; init; }

    public override string Origin => Path;

    /// <summary>Whether to wait for new files and for more in known ones; true when left out. With --once it is never done.</summary>
    public bool? Follow { get; init; }

    /// <summary>How often to look for new files and growth, 10ms to 1h.</summary>
    [DurationRange("10ms", "1h")]
    public Duration PollInterval { get; init; } = new(TimeSpan.FromSeconds(1));
}
