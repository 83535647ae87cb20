using System.Text.Json.Serialization;
using StepExport.Core.Ingest;

namespace StepExport.Configuration;

/// <summary>What every source can be told.</summary>
internal abstract record SourceConfig
{
    /// <summary>Kind of source.</summary>
    public required string Type { get; init; }

    /// <summary>A larger detection goes to the dead letters, 1KB to 64MB.</summary>
    [SizeRange("1KB", "64MB")]
    public ByteSize MaxEventSize { get; init; } = new(DetectionSplitter.DefaultMaxEventSize);

    /// <summary>Where the detections come from, for a person.</summary>
    [JsonIgnore]
    public virtual string Origin => Type;

    /// <summary>How old a detection may be that the source reads again and again, and under which key that is said; null when it does not.</summary>
    [JsonIgnore]
    public virtual (string Key, Duration Age)? Rereads => null;
}
