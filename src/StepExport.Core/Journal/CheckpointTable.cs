using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Text;

namespace StepExport.Core.Journal;

/// <summary>The last durable checkpoint of every source, and its encoding as the payload of a segment's first frame.</summary>
/// <remarks>Encoding: per checkpoint <c>u16 keyLength | key | i32 length | bytes</c>, keys in ordinal order. Thread-safe.</remarks>
internal sealed class CheckpointTable
{
    private readonly ConcurrentDictionary<string, byte[]> _checkpoints = new(StringComparer.Ordinal);

    public byte[]? this[string key] => _checkpoints.GetValueOrDefault(key);

    public void Set(string key, byte[] checkpoint) => _checkpoints[key] = checkpoint;

    public IReadOnlyList<KeyValuePair<string, byte[]>> All() => [.. _checkpoints.OrderBy(pair => pair.Key, StringComparer.Ordinal)];

    public byte[] Encode()
    {
        using var stream = new MemoryStream();
        Span<byte> number = stackalloc byte[4];
        foreach (var (key, checkpoint) in _checkpoints.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            var keyBytes = Encoding.UTF8.GetBytes(key);
            BinaryPrimitives.WriteUInt16LittleEndian(number, checked((ushort)keyBytes.Length));
            stream.Write(number[..2]);
            stream.Write(keyBytes);
            BinaryPrimitives.WriteInt32LittleEndian(number, checkpoint.Length);
            stream.Write(number);
            stream.Write(checkpoint);
        }

        return stream.ToArray();
    }

    /// <summary>Replaces everything by an encoded snapshot, whose checksum has been verified.</summary>
    public void Load(ReadOnlySpan<byte> encoded)
    {
        _checkpoints.Clear();
        while (!encoded.IsEmpty)
        {
            var keyLength = BinaryPrimitives.ReadUInt16LittleEndian(encoded);
            var key = Encoding.UTF8.GetString(encoded.Slice(2, keyLength));
            var length = BinaryPrimitives.ReadInt32LittleEndian(encoded[(2 + keyLength)..]);
            Set(key, encoded.Slice(2 + keyLength + 4, length).ToArray());
            encoded = encoded[(2 + keyLength + 4 + length)..];
        }
    }
}
