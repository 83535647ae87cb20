using System.Buffers;

namespace StepExport.Core.Journal;

/// <summary>What lies at a position of a segment.</summary>
internal enum FrameState
{
    /// <summary>A whole frame; its checksums fit.</summary>
    Good,

    /// <summary>The limit is reached.</summary>
    End,

    /// <summary>No frame begins here, or it does not end before the limit.</summary>
    BadHeader,

    /// <summary>A frame whose header is right and whose body is damaged: what follows it can be found.</summary>
    BadBody,
}

/// <summary>Reads frames of one segment through its own buffer and verifies their checksums. Not thread-safe.</summary>
internal sealed class FrameScanner(IJournalFile file, uint segment) : IDisposable
{
    private const int ChunkSize = 256 * 1024;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(ChunkSize);
    private long _start;
    private int _filled;

    /// <summary>Of the frame read last; valid after <see cref="FrameState.Good"/> and <see cref="FrameState.BadBody"/>.</summary>
    public FrameHeader Header { get; private set; }

    /// <summary>Key, checkpoint and payload of the frame read last; valid until the next call.</summary>
    public ReadOnlyMemory<byte> Body { get; private set; }

    public ReadOnlySpan<byte> Key => Body.Span[..Header.KeyLength];

    public ReadOnlySpan<byte> Checkpoint => Body.Span.Slice(Header.KeyLength, Header.CheckpointLength);

    public ReadOnlyMemory<byte> Payload => Body[(Header.KeyLength + Header.CheckpointLength)..];

    /// <summary>Reads the frame at a position; nothing behind <paramref name="limit"/> is looked at.</summary>
    public FrameState Read(long position, long limit)
    {
        if (position >= limit) return FrameState.End;
        if (!TryHeader(position, limit, out var header)) return FrameState.BadHeader;
        var length = checked((int)header.FrameLength);
        if (!TryFill(position, length, limit)) return FrameState.BadHeader;
        Header = header;
        Body = _buffer.AsMemory((int)(position - _start) + FrameHeader.Size, length - FrameHeader.Size);
        return Crc32C.Of(Body.Span) == header.BodyCrc ? FrameState.Good : FrameState.BadBody;
    }

    /// <summary>After a bad frame: the position behind it where reading can go on, or <paramref name="limit"/>.</summary>
    public long Skip(FrameState bad, long position, long limit) =>
        bad == FrameState.BadBody ? position + Header.FrameLength : FindHeader(position + 1, limit);

    public void Dispose()
    {
        file.Dispose();
        var buffer = Interlocked.Exchange(ref _buffer, []);
        if (buffer.Length > 0) ArrayPool<byte>.Shared.Return(buffer);
    }

    private long FindHeader(long position, long limit)
    {
        while (limit - position >= FrameHeader.Size)
        {
            if (!TryFill(position, FrameHeader.Size, limit)) return limit;
            var window = _buffer.AsSpan((int)(position - _start), (int)(_start + _filled - position));
            var at = window.IndexOf(FrameHeader.Magic);
            if (at < 0)
            {
                // The magic may straddle the end of the window.
                position += window.Length - FrameHeader.Magic.Length + 1;
                continue;
            }

            position += at;
            if (TryHeader(position, limit, out _)) return position;
            position++;
        }

        return limit;
    }

    private bool TryHeader(long position, long limit, out FrameHeader header)
    {
        header = default;
        return TryFill(position, FrameHeader.Size, limit)
            && FrameHeader.TryRead(_buffer.AsSpan((int)(position - _start)), out header)
            && header.Segment == segment
            && header.FrameLength <= Math.Min(limit - position, Array.MaxLength);
    }

    /// <summary>Makes the buffer hold the bytes; false when the file or the limit ends before them.</summary>
    private bool TryFill(long position, int bytes, long limit)
    {
        if (position >= _start && position + bytes <= _start + _filled) return true;
        if (limit - position < bytes) return false;
        // Nothing stays valid if what follows throws.
        _filled = 0;
        if (bytes > _buffer.Length)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
            _buffer = ArrayPool<byte>.Shared.Rent(bytes);
        }

        _start = position;
        _filled = file.Read(_buffer.AsSpan(0, (int)Math.Min(_buffer.Length, limit - position)), position);
        return _filled >= bytes;
    }
}
