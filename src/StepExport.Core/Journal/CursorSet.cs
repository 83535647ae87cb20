namespace StepExport.Core.Journal;

/// <summary>The cursors in the journal's folder: the slowest one holds the segments. Only the cursor of a sink that was removed, and whose
/// records were let go, holds nothing. Thread-safe.</summary>
/// <remarks>A cursor counts from the opening of the journal on, whether or not its sink has a reader yet. What is deleted and what is
/// claimed exclude each other: a new cursor holds everything that it starts with.</remarks>
internal sealed class CursorSet(IJournalStorage storage, string directory, SegmentSet segments) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<CursorFile> _cursors = [];
    private readonly HashSet<CursorFile> _claimed = [];

    /// <summary>Every record up to this sequence is done with for all sinks that hold records; null while there are none.</summary>
    public long? Passed
    {
        get
        {
            lock (_gate) return Slowest(_cursors);
        }
    }

    /// <summary>Every record up to this sequence is done with for all sinks that have a reader; null while there are none.</summary>
    public long? PassedByReaders
    {
        get
        {
            lock (_gate) return Slowest(_claimed);
        }
    }

    /// <summary>Finds what there is, once, when the journal has been recovered: that has fsynced the folder, if any record lies in it.</summary>
    /// <exception cref="IOException">The disk failed.</exception>
    public void Load()
    {
        foreach (var name in storage.List(directory).Where(name => name.EndsWith(CursorName.Extension, StringComparison.Ordinal)))
        {
            // One that is damaged is reported when its sink asks for it.
            if (CursorFile.Find(storage, directory, name) is { } cursor) _cursors.Add(cursor);
        }
    }

    /// <summary>A sink's cursor, for the one reader of that sink.</summary>
    /// <exception cref="InvalidOperationException">The sink has a reader already.</exception>
    /// <exception cref="IOException">The disk failed, or has no room for the cursor; the sink has no reader.</exception>
    public CursorClaim Claim(string sink, StartFrom from)
    {
        lock (_gate)
        {
            var cursor = _cursors.Find(c => c.Sink == sink);
            if (cursor is not null && _claimed.Contains(cursor)) throw new InvalidOperationException($"sink '{sink}' has a reader already");
            var removal = cursor?.Removal;
            var (missed, damaged) = (0L, false);
            if (cursor is null)
            {
                cursor = Open(sink, from, out damaged);
                _cursors.Add(cursor);
            }
            else if (removal is not null)
            {
                var gone = segments.OldestSequence - 1;
                missed = Math.Max(gone - cursor.Sequence, 0);
                cursor.Return(gone);
            }

            _claimed.Add(cursor);
            return new(cursor, removal, missed, damaged);
        }
    }

    /// <summary>The sink has no reader any more; its cursor goes on holding segments.</summary>
    public void Release(CursorFile cursor)
    {
        lock (_gate) _claimed.Remove(cursor);
    }

    /// <summary>Deletes a sink's cursor, if there is one: the sink begins anew. Durable on return.</summary>
    /// <exception cref="InvalidOperationException">The sink has a reader.</exception>
    /// <exception cref="IOException">The disk failed; whether the cursor is there shows when the journal is opened the next time.</exception>
    public void Forget(string sink)
    {
        lock (_gate)
        {
            var cursor = _cursors.Find(c => c.Sink == sink);
            if (cursor is not null && _claimed.Contains(cursor)) throw new InvalidOperationException($"sink '{sink}' has a reader");
            var fileName = CursorName.FileName(sink);
            if (storage.List(directory).Contains(fileName)) storage.Delete(Path.Combine(directory, fileName));
            storage.SyncDirectory(directory);
            if (cursor is null) return;

            // Only now: until its file is gone for good, the cursor holds segments as before.
            _cursors.Remove(cursor);
            cursor.Dispose();
        }
    }

    /// <summary>Visits the cursors of sinks without a reader; none of them can be claimed meanwhile.</summary>
    public void VisitUnclaimed(Action<CursorFile> visit)
    {
        lock (_gate)
        {
            foreach (var cursor in _cursors)
            {
                if (!_claimed.Contains(cursor)) visit(cursor);
            }
        }
    }

    /// <summary>Deletes the segments that every cursor has passed.</summary>
    /// <param name="limit">Nothing behind this sequence.</param>
    /// <exception cref="IOException">A file could not be deleted; it is tried again next time.</exception>
    public void DeletePassed(long limit)
    {
        lock (_gate)
        {
            if (Slowest(_cursors) is { } passed) segments.DeletePassed(Math.Min(passed, limit));
        }
    }

    public void Dispose()
    {
        lock (_gate) _cursors.ForEach(cursor => cursor.Dispose());
    }

    private static long? Slowest(IEnumerable<CursorFile> cursors)
    {
        long? slowest = null;
        foreach (var cursor in cursors)
        {
            if (cursor.Removal?.LetGoThrough is null && !(cursor.Sequence >= slowest)) slowest = cursor.Sequence;
        }

        return slowest;
    }

    private CursorFile Open(string sink, StartFrom from, out bool damaged)
    {
        damaged = false;
        if (!storage.List(directory).Contains(CursorName.FileName(sink)))
            return CursorFile.Create(storage, directory, sink, from == StartFrom.Now ? segments.DurableSequence : segments.OldestSequence - 1);

        // Damaged, or made a moment ago by an attempt whose last step failed.
        storage.SyncDirectory(directory);
        return CursorFile.Open(storage, directory, sink, out damaged);
    }
}

/// <summary>A cursor that has a reader now.</summary>
/// <param name="Cursor">The sink's.</param>
/// <param name="Removal">What it had been marked with; null when the sink had not been away.</param>
/// <param name="Missed">Records that were let go while the sink was away.</param>
/// <param name="Damaged">It could not be read, and begins again with the oldest record.</param>
internal sealed record CursorClaim(CursorFile Cursor, Removal? Removal, long Missed, bool Damaged);
