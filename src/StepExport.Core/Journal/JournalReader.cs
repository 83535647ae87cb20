using StepExport.Core.Model;

namespace StepExport.Core.Journal;

/// <summary>Reads durable records in order for one sink, never past the synced position. One thread reads
/// and marks cuts; <see cref="Commit"/> may be called from another.</summary>
/// <remarks>Sequences rise by one from record to record, except over a damaged place, which is reported and passed over.</remarks>
internal sealed class JournalReader : IDisposable
{
    /// <summary>So many cuts can be marked at the same time, whatever the sink is called.</summary>
    public const int MaxCuts = 256;

    private readonly JournalParts _parts;
    private readonly CursorFile _cursor;
    private readonly Lock _gapGate = new();
    private (long Before, long Through) _gap = (-1, -1);

    private Segment? _segment;
    private FrameScanner? _scanner;
    private long _position;
    private long _expected;

    private FrameRecords _records;
    private bool _closed;

    public JournalReader(JournalParts parts, CursorFile cursor)
    {
        (_parts, _cursor) = (parts, cursor);
        _expected = cursor.Sequence + 1;
        var oldest = parts.Segments.OldestSequence;
        if (_expected >= oldest) return;
        // A new sink begins with the oldest record there is; one that has been here before has lost something.
        if (cursor.Sequence > 0) parts.ReportGap(cursor.Sink, _expected, oldest - 1);
        _expected = oldest;
    }

    /// <summary>The sink's committed cursor: every record up to it is done with. 0 = nothing yet.</summary>
    public long Cursor => _cursor.Sequence;

    /// <summary>Every record before this sequence has been read, or passed over because it is lost.</summary>
    public long Next => _expected;

    /// <summary>The marked cuts behind the cursor, ascending: where this sink's batches end, also those of an earlier run of the
    /// program. A cut is gone once the cursor has passed it.</summary>
    public IReadOnlyList<long> Cuts => _cursor.Cuts;

    /// <summary>True while intake waits for room: whoever holds records back should let them go.</summary>
    public bool IsJournalFull => _parts.IsFull;

    /// <summary>Completes when the journal becomes full the next time; take it before looking at <see cref="IsJournalFull"/>.</summary>
    public Task Pressure => _parts.Pressure.Next;

    /// <summary>Completes when a record behind the last one read is durable.</summary>
    public async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var progress = _parts.Progress.Next;
            if (_parts.Segments.DurableSequence >= _expected) return;
            await progress.WaitAsync(cancellationToken);
        }
    }

    /// <summary>The next durable record, if there is one; its bytes are valid until the next call.</summary>
    /// <exception cref="IOException">The disk failed; it may be tried again.</exception>
    public bool TryRead(out ExportRecord record)
    {
        while (true)
        {
            if (_records.TryTake(ref _expected, out record)) return true;
            if (!TryNextFrame()) return false;
        }
    }

    /// <summary>Moves the cursor; durable on return. Segments that every cursor has passed are deleted. Going back is ignored.</summary>
    /// <exception cref="IOException">The disk failed; the cursor is where it was.</exception>
    public void Commit(long sequence)
    {
        lock (_gapGate)
        {
            if (sequence == _gap.Before) sequence = _gap.Through;
        }

        if (sequence <= _cursor.Sequence) return;
        _cursor.Move(sequence);
        _parts.DeletePassed();
    }

    /// <summary>Marks that a batch ends with this record, whatever becomes of the program; durable on return. A cut that is marked
    /// already is ignored.</summary>
    /// <exception cref="IOException">The disk failed; <see cref="Cuts"/> are what they were.</exception>
    /// <exception cref="InvalidOperationException">More cuts than fit; up to <see cref="MaxCuts"/> always do.</exception>
    public void MarkCut(long sequence) => _cursor.MarkCut(sequence);

    /// <summary>Another reader of the same sink may be opened after this; until then the cursor goes on holding segments.</summary>
    public void Dispose()
    {
        // A second call must not take the cursor from the sink's next reader.
        if (_closed) return;
        _closed = true;
        _scanner?.Dispose();
        _parts.Cursors.Release(_cursor);
    }

    private bool TryNextFrame()
    {
        // In this order: whatever is durable by this sequence lies before the limit taken below.
        var durable = _parts.Segments.DurableSequence;
        while (_expected <= durable)
        {
            if (_segment is null && !TryEnter(_parts.Segments.Holding(_expected))) return false;
            var next = _segment!.Next;
            var limit = _segment.DurableLength;
            var state = next is not null && _expected >= next.FirstSequence ? FrameState.End : _scanner!.Read(_position, limit);
            if (state == FrameState.End)
            {
                PassOver(next is null ? durable : next.FirstSequence - 1);
                if (next is null) return false;
                // Not simply the next one: a segment that was sealed empty may be gone by now.
                _segment = null;
                continue;
            }

            if (state != FrameState.Good)
            {
                var behind = _scanner!.Skip(state, _position, limit);
                _parts.ReportDamage(_cursor.Sink, _segment, _position, behind);
                _position = behind;
                continue;
            }

            var header = _scanner!.Header;
            _position += header.FrameLength;
            if (header.NextSequence <= _expected || (next is not null && header.FirstSequence >= next.FirstSequence)) continue;
            PassOver(header.FirstSequence - 1);
            _records = new(_scanner.Payload, header);
            return true;
        }

        return false;
    }

    private bool TryEnter(Segment? segment)
    {
        if (segment is null) return false;
        var file = _parts.Storage.Open(segment.Path, writable: false);
        _scanner?.Dispose();
        (_segment, _scanner, _position) = (segment, new(file, segment.Number), 0);
        return true;
    }

    /// <summary>Records up to a sequence cannot be read any more. The cursor has to get over them even if no record follows.</summary>
    private void PassOver(long through)
    {
        if (through < _expected) return;
        _parts.ReportGap(_cursor.Sink, _expected, through);
        lock (_gapGate) _gap = (_expected - 1, through);
        _expected = through + 1;
        if (Cursor >= _gap.Before) Commit(_gap.Before);
    }
}
