namespace StepExport.Core.Dedupe;

/// <summary>How long, and how many, records are remembered.</summary>
internal sealed record DedupeSettings
{
    /// <summary>The SQLite file; created when missing.</summary>
    public required string Path { get; init; }

    /// <summary>How long at least a record is remembered; up to an eighth longer.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromDays(14);

    /// <summary>Records above which the oldest are forgotten before their time; up to an eighth more are held.</summary>
    public int MaxEntries { get; init; } = 1_000_000;
}
