using System.Buffers;
using System.Buffers.Binary;
using StepExport.Core.Model;

namespace StepExport.Core.Journal;

/// <summary>Records that become durable together, with the source's new checkpoint: the payload of one journal frame.</summary>
/// <remarks>Reusable: <see cref="Clear"/> keeps the buffer. Not thread-safe; not to be touched while it is being appended.</remarks>
internal sealed class Submission : IDisposable
{
    private const int LengthPrefix = 4;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);

    /// <summary>Number of records.</summary>
    public int Count { get; private set; }

    /// <summary>The records, each as <c>u32 length | encoded record</c> (see <see cref="ExportRecord"/>).</summary>
    public ReadOnlyMemory<byte> Payload => _buffer.AsMemory(0, Length);

    /// <summary>Bytes of <see cref="Payload"/>.</summary>
    public int Length { get; private set; }

    /// <summary>The source whose position <see cref="Checkpoint"/> is; null when the submission moves no checkpoint.</summary>
    public string? CheckpointKey { get; private set; }

    /// <summary>Opaque position of the source, durable together with the records.</summary>
    public byte[]? Checkpoint { get; private set; }

    public void Add(in RecordHeader header, ReadOnlySpan<byte> body)
    {
        var length = ExportRecord.EncodedLength(header, body.Length);
        EnsureRoom(LengthPrefix + length);
        BinaryPrimitives.WriteInt32LittleEndian(_buffer.AsSpan(Length), length);
        ExportRecord.Encode(header, body, _buffer.AsSpan(Length + LengthPrefix));
        Length += LengthPrefix + length;
        Count++;
    }

    /// <summary>Sets the checkpoint that becomes durable with these records. A submission without records may carry one too.</summary>
    public void MoveCheckpoint(string key, byte[] checkpoint)
    {
        CheckpointKey = key;
        Checkpoint = checkpoint;
    }

    /// <summary>Takes records out; the others close up.</summary>
    /// <param name="places">Which, counted from 0, ascending.</param>
    public void Remove(ReadOnlySpan<int> places)
    {
        var (from, to) = (0, 0);
        var left = Count - places.Length;
        for (var i = 0; i < Count; i++)
        {
            var length = LengthPrefix + BinaryPrimitives.ReadInt32LittleEndian(_buffer.AsSpan(from));
            if (!places.IsEmpty && places[0] == i)
            {
                places = places[1..];
            }
            else
            {
                if (from != to) _buffer.AsSpan(from, length).CopyTo(_buffer.AsSpan(to));
                to += length;
            }

            from += length;
        }

        (Count, Length) = (left, to);
    }

    public void Clear()
    {
        Count = 0;
        Length = 0;
        CheckpointKey = null;
        Checkpoint = null;
    }

    public void Dispose()
    {
        var buffer = Interlocked.Exchange(ref _buffer, []);
        if (buffer.Length > 0) ArrayPool<byte>.Shared.Return(buffer);
    }

    private void EnsureRoom(int bytes)
    {
        if (_buffer.Length - Length >= bytes) return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(checked(Length + bytes), _buffer.Length * 2));
        Payload.Span.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
