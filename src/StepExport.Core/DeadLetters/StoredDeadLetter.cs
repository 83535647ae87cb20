namespace StepExport.Core.DeadLetters;

/// <summary>A dead letter as it lies in the store.</summary>
/// <param name="Id">Number in the store, ascending, never used twice.</param>
/// <param name="AddedAt">When it was kept.</param>
/// <param name="Letter">What, why and whose.</param>
internal sealed record StoredDeadLetter(long Id, DateTimeOffset AddedAt, DeadLetter Letter)
{
    /// <summary>How often it was replayed and refused again; the reason is that of the last time.</summary>
    public int Replays { get; init; }

    /// <summary>Where a replay was asked to bring it: a sink's name, or <see cref="DeadLetterStore.Mapper"/>; null = nobody has asked.</summary>
    public string? ReplayTo { get; init; }
}
