namespace StepExport.Core.Journal;

/// <summary>What <see cref="JournalInspection"/> has seen.</summary>
/// <param name="Segments">Oldest first.</param>
/// <param name="Cursors">Every cursor in the folder, also those of sinks that are no longer configured.</param>
/// <param name="Checkpoints">The last durable position of every source.</param>
/// <param name="Holes">Segments that are missing, in words.</param>
/// <param name="LastSequence">Of the last whole record; 0 when there is none.</param>
internal sealed record JournalFindings(
    IReadOnlyList<SegmentFindings> Segments,
    IReadOnlyList<CursorFindings> Cursors,
    IReadOnlyList<KeyValuePair<string, byte[]>> Checkpoints,
    IReadOnlyList<string> Holes,
    long LastSequence)
{
    public long Bytes => Segments.Sum(segment => segment.Bytes);

    /// <summary>Whether everything that was ever durable can be read, as far as it was looked at.</summary>
    public bool IsSound => Holes.Count == 0 && Segments.All(segment => segment.Missing.Count == 0) && Cursors.All(cursor => cursor.Sink is not null);
}

/// <summary>One segment.</summary>
/// <param name="name">Of the file.</param>
/// <param name="firstSequence">No record before it.</param>
/// <param name="bytes">Of the file.</param>
internal sealed class SegmentFindings(string name, long firstSequence, long bytes)
{
    public string Name => name;

    public long FirstSequence { get; } = firstSequence;

    public long Bytes => bytes;

    /// <summary>Behind the last record of the segment.</summary>
    public long NextSequence { get; private set; } = firstSequence;

    public bool IsLast { get; init; }

    /// <summary>Whether every frame was read; otherwise the numbers come from the names of the files.</summary>
    public bool IsVerified { get; init; }

    public DateTimeOffset? Begun { get; set; }

    public DateTimeOffset? LastAppended { get; private set; }

    public long Frames { get; private set; }

    public long Records { get; private set; }

    /// <summary>Bytes at the end of the last segment that are no whole frame: being written, or torn by a crash.</summary>
    public long Tail { get; set; }

    /// <summary>Bytes that cannot be read, whether or not records were in them.</summary>
    public List<Range> Damage { get; } = [];

    /// <summary>Sequences of records that were durable and cannot be read.</summary>
    public List<Range> Missing { get; } = [];

    /// <summary>Counts a whole submission.</summary>
    public void Take(in FrameHeader header)
    {
        if (header.FirstSequence > NextSequence) Missing.Add(new(NextSequence, header.FirstSequence - 1));
        Frames++;
        Records += header.RecordCount;
        NextSequence = Math.Max(NextSequence, header.NextSequence);
        LastAppended = DateTimeOffset.FromUnixTimeMilliseconds(header.AppendedAtMs);
    }

    /// <summary>Nothing more comes.</summary>
    public void End(bool whole, long? next)
    {
        if (!whole) Records = next!.Value - FirstSequence;
        if (whole && next > NextSequence) Missing.Add(new(NextSequence, next.Value - 1));
        NextSequence = next ?? NextSequence;
    }

    /// <summary>From, to.</summary>
    internal readonly record struct Range(long From, long To);
}

/// <summary>One sink's cursor.</summary>
/// <param name="File">Its name.</param>
/// <param name="Sink">Whose; null when the file is damaged.</param>
/// <param name="Sequence">Every record up to it is done with.</param>
/// <param name="Cuts">Where batches end that were begun behind it.</param>
internal sealed record CursorFindings(string File, string? Sink, long Sequence, IReadOnlyList<long> Cuts)
{
    /// <summary>Records behind it.</summary>
    public long Lag { get; init; }

    /// <summary>When the first of them was journaled.</summary>
    public DateTimeOffset? OldestUndelivered { get; init; }

    /// <summary>What the program has marked when it found the sink missing in its configuration; null when it did not.</summary>
    public Removal? Removal { get; init; }
}
