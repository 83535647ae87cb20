using StepExport.Core.Model;

namespace StepExport.Core.Journal;

/// <summary>Reads records as they become durable, for somebody who only wants to look: it holds no segment, and what it cannot follow
/// is left out and counted. Not thread-safe.</summary>
internal sealed class JournalTail : IDisposable
{
    private readonly JournalParts _parts;
    private Segment? _segment;
    private FrameScanner? _scanner;
    private long _position;
    private FrameRecords _records;
    private long _expected = 1;

    /// <summary>Where to begin in the segment that was the last one when the end was looked for.</summary>
    private (Segment? Segment, long Position) _end;

    public JournalTail(JournalParts parts)
    {
        _parts = parts;
        SkipToEnd();
        Skipped = 0;
    }

    /// <summary>Records that were left out so far.</summary>
    public long Skipped { get; private set; }

    /// <summary>Durable records that were not read yet.</summary>
    public long Behind => Math.Max(_parts.Segments.DurableSequence - _expected + 1, 0);

    /// <summary>Completes when there is something to read.</summary>
    public async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var progress = _parts.Progress.Next;
            if (Behind > 0) return;
            await progress.WaitAsync(cancellationToken);
        }
    }

    /// <summary>The next record, if there is one; its bytes are valid until the next call.</summary>
    /// <exception cref="IOException">The disk failed.</exception>
    public bool TryRead(out ExportRecord record)
    {
        while (true)
        {
            if (_records.TryTake(ref _expected, out record)) return true;
            if (Behind == 0 || !TryNextFrame()) return false;
        }
    }

    /// <summary>Leaves out what is durable by now.</summary>
    public void SkipToEnd()
    {
        // In this order: what lies before this position is durable by the sequence that is taken after it.
        var last = _parts.Segments.Holding(long.MaxValue);
        _end = (last, last?.DurableLength ?? 0);
        PassOver(_parts.Segments.DurableSequence + 1);
        Leave();
    }

    public void Dispose() => Leave();

    private bool TryNextFrame()
    {
        // In this order: whatever is durable by this sequence lies before the limit taken below.
        var durable = _parts.Segments.DurableSequence;
        if (_segment is null && !TryEnter()) return false;
        var (segment, scanner) = (_segment!, _scanner!);
        var (next, limit) = (segment.Next, segment.DurableLength);
        var state = next is not null && _expected >= next.FirstSequence ? FrameState.End : scanner.Read(_position, limit);
        switch (state)
        {
            case FrameState.End when next is null:
                PassOver(durable + 1);
                return false;
            case FrameState.End:
                PassOver(next.FirstSequence);
                Leave();
                return true;
            case FrameState.Good:
                Take(scanner, next);
                return true;
            default:
                _position = scanner.Skip(state, _position, limit);
                return true;
        }
    }

    private void Take(FrameScanner scanner, Segment? next)
    {
        var header = scanner.Header;
        _position += header.FrameLength;
        if (header.NextSequence <= _expected || (next is not null && header.FirstSequence >= next.FirstSequence)) return;
        PassOver(header.FirstSequence);
        _records = new(scanner.Payload, header);
    }

    private void PassOver(long first)
    {
        Skipped += Math.Max(first - _expected, 0);
        _expected = Math.Max(_expected, first);
    }

    private bool TryEnter()
    {
        if (_parts.Segments.Holding(_expected) is not { } segment) return false;
        PassOver(segment.FirstSequence);
        try
        {
            var file = _parts.Storage.Open(segment.Path, writable: false);
            (_segment, _scanner, _position) = (segment, new(file, segment.Number), segment == _end.Segment ? _end.Position : 0);
            return true;
        }
        catch (FileNotFoundException)
        {
            // Every sink has passed it, and it was deleted between the look and the opening.
            SkipToEnd();
            return false;
        }
    }

    private void Leave()
    {
        _scanner?.Dispose();
        (_segment, _scanner, _records) = (null, null, default);
    }
}
