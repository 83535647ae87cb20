namespace StepExport.Core.Journal;

/// <summary>The segments there are, oldest first, and how far they are durable. Thread-safe.</summary>
internal sealed class SegmentSet(IJournalStorage storage, string directory)
{
    private readonly Lock _gate = new();
    private Segment? _first;
    private Segment? _last;
    private long _bytes;
    private long _durableSequence;

    public string Directory => directory;

    /// <summary>Bytes of all segments.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>The last sequence that is fsynced. Set after the segment's length: who sees the sequence sees its bytes.</summary>
    public long DurableSequence { get => Volatile.Read(ref _durableSequence); set => Volatile.Write(ref _durableSequence, value); }

    /// <summary>No record before this sequence is left; one more than the last when there are none at all.</summary>
    public long OldestSequence
    {
        get
        {
            lock (_gate) return _first?.FirstSequence ?? DurableSequence + 1;
        }
    }

    /// <summary>The segment in which a sequence lies, the first when it is older than all; null while there are none.</summary>
    public Segment? Holding(long sequence)
    {
        lock (_gate)
        {
            var segment = _first;
            while (segment?.Next is { } next && next.FirstSequence <= sequence) segment = next;
            return segment;
        }
    }

    public void Add(Segment segment)
    {
        lock (_gate)
        {
            _first ??= segment;
            if (_last is { } last) last.Next = segment;
            _last = segment;
            Interlocked.Add(ref _bytes, segment.DurableLength);
        }
    }

    /// <summary>The last segment has grown, durably.</summary>
    public void Grow(Segment segment, long bytes)
    {
        Interlocked.Add(ref _bytes, bytes);
        segment.DurableLength += bytes;
    }

    /// <summary>Deletes, oldest first, the segments whose records are all at or before a sequence; never the last one.</summary>
    /// <exception cref="IOException">A file could not be deleted; it is tried again next time.</exception>
    public int DeletePassed(long sequence)
    {
        lock (_gate)
        {
            var deleted = 0;
            while (_first is { Next: { } next } passed && next.FirstSequence - 1 <= sequence)
            {
                storage.Delete(passed.Path);
                _first = next;
                Interlocked.Add(ref _bytes, -passed.DurableLength);
                deleted++;
                // One by one: a hole in the numbers then always means a loss, never a deletion that came back.
                storage.SyncDirectory(directory);
            }

            return deleted;
        }
    }
}
