using System.Collections.Concurrent;

namespace StepExport.Http;

/// <summary>The memory that all bodies have together, in blocks. Thread-safe.</summary>
/// <remarks>Blocks are kept for good once they were needed: the shared pool keeps few of them, and the others would be garbage as fast
/// as a hostile sender can make it. So the most that was ever needed at once is the most that is held.</remarks>
internal sealed class BodyMemory(long budget)
{
    public const int BlockSize = 64 * 1024;

    /// <summary>A body leaves its last block partly empty; two per request, as sent and decompressed.</summary>
    private const int Slack = 2;

    private readonly ConcurrentStack<byte[]> _free = [];
    private readonly long _blocks = (budget / BlockSize) + Slack;
    private long _used;

    public long FreeBytes => (_blocks - Volatile.Read(ref _used)) * BlockSize;

    public long UsedBytes => Volatile.Read(ref _used) * BlockSize;

    /// <summary>A block with anything in it; null when all of the memory is in use.</summary>
    public byte[]? TryRent()
    {
        if (Interlocked.Increment(ref _used) <= _blocks) return _free.TryPop(out var block) ? block : GC.AllocateUninitializedArray<byte>(BlockSize);
        Interlocked.Decrement(ref _used);
        return null;
    }

    public void Return(byte[] block)
    {
        _free.Push(block);
        Interlocked.Decrement(ref _used);
    }
}
