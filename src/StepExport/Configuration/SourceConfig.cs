using System.Text.Json.Serialization;

namespace StepExport.Configuration;

/// <summary>What every source can be told.</summary>
internal abstract record SourceConfig
{
    /// <summary>Kind of source.</summary>
    public required string Type { get; init; }

    /// <summary>Where the detections come from, for a person.</summary>
    [JsonIgnore]
    public virtual string Origin => Type;
}
