using System.Text;
using StepExport.Core.Dedupe;

namespace StepExport.Core.Journal;

/// <summary>A submission on its way to the disk; its result is the number of its records that had been taken before. Checksum and
/// keys are computed on the caller's thread, to leave the writer's free.</summary>
internal sealed class PendingAppend : TaskCompletionSource<int>
{
    private const int Waiting = 0, Writing = 1, Done = 2;

    private readonly CancellationToken _cancellation;
    private DedupeKey[] _keys = [];
    private int _state = Waiting;

    /// <exception cref="ArgumentException">The checkpoint's key is empty, or longer than a frame can hold.</exception>
    public PendingAppend(Submission submission, bool withKeys, CancellationToken cancellation)
        : base(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        Submission = submission;
        _cancellation = cancellation;
        if (submission.CheckpointKey is { } key)
        {
            Key = Encoding.UTF8.GetBytes(key);
            if (Key.Length is 0 or > ushort.MaxValue)
                throw new ArgumentException($"a checkpoint's key has 1 to {ushort.MaxValue} bytes, this one {Key.Length}", nameof(submission));
        }

        if (withKeys) _keys = RecordKeys.Of(submission.Payload.Span, submission.Count);
        BodyCrc = ComputeCrc();
    }

    public Submission Submission { get; }

    public byte[] Key { get; } = [];

    public byte[] Checkpoint => Submission.Checkpoint ?? [];

    public uint BodyCrc { get; private set; }

    /// <summary>One per record that is left; empty without dedupe.</summary>
    public ReadOnlySpan<DedupeKey> Keys => _keys.AsSpan(0, _keys.Length - Duplicates);

    /// <summary>Records that have been cut out.</summary>
    public int Duplicates { get; private set; }

    /// <summary>Nothing of it has to be written.</summary>
    public bool IsEmpty => Submission.Count == 0 && Key.Length == 0;

    public long FrameLength => (long)FrameHeader.Size + Key.Length + Checkpoint.Length + Submission.Length;

    /// <summary>The writer begins to write it: from here it cannot be cancelled. False when it has been.</summary>
    public bool TryTake() => Interlocked.CompareExchange(ref _state, Writing, Waiting) == Waiting;

    /// <summary>Cuts out records that are durable already. Only while it is taken, and at most once.</summary>
    public void Cut(ReadOnlySpan<int> places)
    {
        Submission.Remove(places);
        var to = 0;
        for (var from = 0; from < _keys.Length; from++)
        {
            if (!places.IsEmpty && places[0] == from) places = places[1..];
            else _keys[to++] = _keys[from];
        }

        Duplicates = _keys.Length - to;
        BodyCrc = ComputeCrc();
    }

    /// <summary>Writing failed and will be tried again later; until then it can be cancelled.</summary>
    public void PutBack()
    {
        Volatile.Write(ref _state, Waiting);
        if (_cancellation.IsCancellationRequested) Cancel();
    }

    /// <summary>True when the caller has given up on it before it was written.</summary>
    public bool Cancel()
    {
        if (Interlocked.CompareExchange(ref _state, Done, Waiting) != Waiting) return false;
        TrySetCanceled(_cancellation);
        return true;
    }

    public void Durable()
    {
        Volatile.Write(ref _state, Done);
        TrySetResult(Duplicates);
    }

    public void Fail(Exception why)
    {
        Volatile.Write(ref _state, Done);
        TrySetException(why);
    }

    private uint ComputeCrc()
    {
        var crc = Crc32C.Append(Crc32C.Append(Crc32C.Start, Key), Checkpoint);
        return Crc32C.Finish(Crc32C.Append(crc, Submission.Payload.Span));
    }
}
