namespace StepExport.Configuration;

/// <summary>What every source can be told.</summary>
internal abstract record SourceConfig
{
    /// <summary>Kind of source.</summary>
    public required string Type { get; init; }
}
