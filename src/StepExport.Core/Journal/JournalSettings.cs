namespace StepExport.Core.Journal;

/// <summary>Where the journal lies and how large it may grow.</summary>
internal sealed record JournalSettings
{
    /// <summary>Folder of the segment files; created when missing.</summary>
    public required string Directory { get; init; }

    /// <summary>Bytes of all segments together at which intake has to wait.</summary>
    public long MaxSize { get; init; } = 2_000_000_000;

    /// <summary>Bytes after which a new segment is begun.</summary>
    public long SegmentSize { get; init; } = 64 * 1024 * 1024;

    /// <summary>How long the records of a sink that is no longer in the configuration are held for its return.</summary>
    public TimeSpan HoldRemoved { get; init; } = TimeSpan.FromHours(1);
}
