using System.Buffers;

namespace StepExport.Core.Ingest;

/// <summary>The bytes of a stream that are read but not done with, in one pooled array that grows only for a value that needs it.</summary>
internal sealed class SplitBuffer : IDisposable
{
    private const int InitialSize = 256 * 1024;
    private const int LeastRoom = 64 * 1024;
    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(InitialSize);
    private int _start;
    private int _end;

    /// <summary>Offset in the stream of the first byte of <see cref="Rest"/>.</summary>
    public long Offset { get; private set; }

    public ReadOnlySpan<byte> Rest => _bytes.AsSpan(_start, _end - _start);

    public ReadOnlyMemory<byte> Slice(int length) => _bytes.AsMemory(_start, length);

    public void Skip(int count)
    {
        _start += count;
        Offset += count;
    }

    /// <summary>Room to read into; moves what is left to the front, so slices taken before are void.</summary>
    public Memory<byte> Room()
    {
        var length = _end - _start;
        if (_bytes.Length - length < LeastRoom)
        {
            var larger = ArrayPool<byte>.Shared.Rent(_bytes.Length * 2);
            Rest.CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = larger;
        }
        else if (_start > 0)
        {
            Rest.CopyTo(_bytes);
        }

        _start = 0;
        _end = length;
        return _bytes.AsMemory(_end);
    }

    public void Filled(int count) => _end += count;

    public void Reset(long offset)
    {
        _start = _end = 0;
        Offset = offset;
    }

    public void Dispose()
    {
        var bytes = Interlocked.Exchange(ref _bytes, []);
        if (bytes.Length > 0) ArrayPool<byte>.Shared.Return(bytes);
    }
}
