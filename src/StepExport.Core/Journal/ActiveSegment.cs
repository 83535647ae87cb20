namespace StepExport.Core.Journal;

/// <summary>The segment that is written, and the rules for what happens to it when the disk fails. Used by the writer's task alone.</summary>
internal sealed class ActiveSegment(JournalParts parts, long segmentSize, long nextSequence, uint lastNumber) : IDisposable
{
    private long _nextSequence = nextSequence;
    private uint _lastNumber = lastNumber;
    private Segment? _segment;
    private IJournalFile? _file;

    /// <summary>Goes on with the last segment of a recovered journal.</summary>
    public void Resume(Segment segment)
    {
        _segment = segment;
        _file = parts.Storage.Open(segment.Path, writable: true);
    }

    /// <summary>Writes and fsyncs a group; on return it is durable and readers see it.</summary>
    /// <exception cref="IOException">Nothing of it is durable, and it may be tried again.</exception>
    public void Append(FrameGroup group)
    {
        if (_segment is null || _file is null || _segment.DurableLength >= segmentSize) Begin();
        var (segment, file) = (_segment!, _file!);
        var end = segment.DurableLength;
        var now = parts.Time.GetUtcNow().ToUnixTimeMilliseconds();
        try
        {
            file.Write(group.Encode(segment.Number, _nextSequence, now, end), end);
        }
        catch (DiskFullException)
        {
            Rewind(file, end);
            throw;
        }
        catch (IOException)
        {
            Seal();
            throw;
        }

        try
        {
            file.Sync();
        }
        catch (IOException)
        {
            // The pages may be gone although they still read well: a second fsync would say "durable" of what is not.
            Seal();
            throw;
        }

        foreach (var pending in group.Members)
        {
            if (pending.Submission.CheckpointKey is { } key) parts.Checkpoints.Set(key, pending.Checkpoint);
        }

        _nextSequence += group.RecordCount;
        parts.Segments.Grow(segment, group.Bytes);
        parts.Segments.DurableSequence = _nextSequence - 1;
        parts.Progress.Beat();
        parts.Removed.Relieve();
    }

    /// <summary>Begins a new segment, so that the one whose records have all been delivered can go.</summary>
    public void MakeRoom()
    {
        if (_segment is { } segment && segment.FirstSequence < _nextSequence) Begin();
        parts.DeletePassed();
    }

    public void Dispose() => _file?.Dispose();

    /// <summary>A new segment is durable, with its snapshot, before anything else is written to it.</summary>
    private void Begin()
    {
        // From here the old one is never written again, even if this fails: what was half-created may come back after
        // a crash, and would then cut short whatever the old one got later.
        Close();
        var number = checked(_lastNumber + 1);
        var path = Path.Combine(parts.Segments.Directory, Segment.FileName(number, _nextSequence));
        IJournalFile? file = null;
        try
        {
            file = parts.Storage.Create(path);
            var snapshot = parts.Checkpoints.Encode();
            var header = new byte[FrameHeader.Size];
            new FrameHeader
            {
                Kind = FrameKind.SegmentStart,
                PayloadLength = snapshot.Length,
                Segment = number,
                FirstSequence = _nextSequence,
                AppendedAtMs = parts.Time.GetUtcNow().ToUnixTimeMilliseconds(),
                DurablePosition = 0,
                BodyCrc = Crc32C.Of(snapshot),
            }.Write(header);
            file.Write([header, snapshot], 0);
            file.Sync();
            parts.Storage.SyncDirectory(parts.Segments.Directory);
            _segment = new(number, _nextSequence, path, header.Length + snapshot.Length);
        }
        catch (IOException)
        {
            // The next attempt has the same name: it works as soon as the disk does, and the numbers get no hole.
            file?.Dispose();
            TryDelete(path);
            throw;
        }

        (_file, _lastNumber) = (file, number);
        parts.Segments.Add(_segment);
        parts.DeletePassed();
    }

    /// <summary>Takes back a write for which there was no room. The cut is fsynced, lest a later crash brings old bytes back behind new ones.</summary>
    private void Rewind(IJournalFile file, long end)
    {
        try
        {
            file.Truncate(end);
            file.Sync();
        }
        catch (IOException)
        {
            Close();
        }
    }

    /// <summary>Gives the segment up at its durable end. What cannot be cut off is passed over: the next segment begins with its sequence.</summary>
    private void Seal()
    {
        try
        {
            _file!.Truncate(_segment!.DurableLength);
        }
        catch (IOException)
        {
            // The failure that led here is the one reported.
        }

        Close();
    }

    private void Close()
    {
        _file?.Dispose();
        (_segment, _file) = (null, null);
    }

    private void TryDelete(string path)
    {
        try
        {
            parts.Storage.Delete(path);
        }
        catch (IOException)
        {
            // It holds no record; recovery passes over it.
        }
    }
}
