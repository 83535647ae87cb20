namespace StepExport.Core.Checks;

/// <summary>How checks are kept.</summary>
internal sealed record CheckStoreSettings
{
    /// <summary>The file.</summary>
    public required string Path { get; init; }

    public CheckRules Rules { get; init; } = CheckRules.Default;

    /// <summary>How long a change rests before GitHub is told; null = GitHub is told nothing.</summary>
    public TimeSpan? Settle { get; init; }
}
