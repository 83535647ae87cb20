using System.Text;

namespace StepExport.Core.Journal;

/// <summary>A submission on its way to the disk. Its checksum is computed on the caller's thread, to leave the writer's free.</summary>
internal sealed class PendingAppend : TaskCompletionSource
{
    private const int Waiting = 0, Writing = 1, Done = 2;

    private readonly CancellationToken _cancellation;
    private int _state = Waiting;

    /// <exception cref="ArgumentException">The checkpoint's key is empty, or longer than a frame can hold.</exception>
    public PendingAppend(Submission submission, CancellationToken cancellation)
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

        var crc = Crc32C.Append(Crc32C.Append(Crc32C.Start, Key), Checkpoint);
        BodyCrc = Crc32C.Finish(Crc32C.Append(crc, submission.Payload.Span));
    }

    public Submission Submission { get; }

    public byte[] Key { get; } = [];

    public byte[] Checkpoint => Submission.Checkpoint ?? [];

    public uint BodyCrc { get; }

    public long FrameLength => (long)FrameHeader.Size + Key.Length + Checkpoint.Length + Submission.Length;

    /// <summary>The writer begins to write it: from here it cannot be cancelled. False when it has been.</summary>
    public bool TryTake() => Interlocked.CompareExchange(ref _state, Writing, Waiting) == Waiting;

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
        TrySetResult();
    }

    public void Fail(Exception why)
    {
        Volatile.Write(ref _state, Done);
        TrySetException(why);
    }
}
