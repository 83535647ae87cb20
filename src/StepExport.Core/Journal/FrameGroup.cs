namespace StepExport.Core.Journal;

/// <summary>Submissions that are written and fsynced together. Reused; payloads are not copied.</summary>
internal sealed class FrameGroup
{
    private readonly List<PendingAppend> _members = [];
    private readonly List<ReadOnlyMemory<byte>> _buffers = [];
    private byte[] _heads = new byte[64 * 1024];

    public IReadOnlyList<PendingAppend> Members => _members;

    /// <summary>Bytes of all frames.</summary>
    public long Bytes { get; private set; }

    public int RecordCount { get; private set; }

    public void Add(PendingAppend pending)
    {
        _members.Add(pending);
        Bytes += pending.FrameLength;
        RecordCount += pending.Submission.Count;
    }

    public void Clear()
    {
        _members.Clear();
        _buffers.Clear();
        (Bytes, RecordCount) = (0, 0);
    }

    /// <summary>A write has failed: until the next attempt the callers may give up.</summary>
    public void PutBack() => _members.ForEach(pending => pending.PutBack());

    /// <summary>Takes what was put back and not cancelled.</summary>
    public void Retake()
    {
        var left = _members.Where(pending => pending.TryTake()).ToArray();
        Clear();
        Array.ForEach(left, Add);
    }

    /// <summary>The frames as buffers to write one behind the other, valid until the next call.</summary>
    public List<ReadOnlyMemory<byte>> Encode(uint segment, long firstSequence, long appendedAtMs, long durablePosition)
    {
        _buffers.Clear();
        var room = _members.Sum(pending => FrameHeader.Size + pending.Key.Length + pending.Checkpoint.Length);
        if (_heads.Length < room) _heads = new byte[room];
        var at = 0;
        foreach (var pending in _members)
        {
            var (key, checkpoint, submission) = (pending.Key, pending.Checkpoint, pending.Submission);
            new FrameHeader
            {
                Kind = FrameKind.Submission,
                KeyLength = key.Length,
                CheckpointLength = checkpoint.Length,
                PayloadLength = submission.Length,
                RecordCount = submission.Count,
                Segment = segment,
                FirstSequence = firstSequence,
                AppendedAtMs = appendedAtMs,
                DurablePosition = durablePosition,
                BodyCrc = pending.BodyCrc,
            }.Write(_heads.AsSpan(at));
            key.CopyTo(_heads, at + FrameHeader.Size);
            checkpoint.CopyTo(_heads, at + FrameHeader.Size + key.Length);
            var length = FrameHeader.Size + key.Length + checkpoint.Length;
            _buffers.Add(_heads.AsMemory(at, length));
            if (submission.Length > 0) _buffers.Add(submission.Payload);
            at += length;
            firstSequence += submission.Count;
        }

        return _buffers;
    }
}
