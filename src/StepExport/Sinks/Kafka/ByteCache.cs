using System.Diagnostics.CodeAnalysis;

namespace StepExport.Sinks.Kafka;

/// <summary>Remembers what was made from a few bytes (a repository, a type), so that it is made once and not per record. Bounded:
/// when full it begins anew. One thread.</summary>
internal sealed class ByteCache<TValue>(int capacity)
{
    private readonly Dictionary<byte[], TValue> _values = new(new Comparer());

    public int Count => _values.Count;

    public bool TryGet(ReadOnlySpan<byte> key, [MaybeNullWhen(false)] out TValue value) =>
        _values.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(key, out value);

    public TValue Add(ReadOnlySpan<byte> key, TValue value)
    {
        if (_values.Count >= capacity) _values.Clear();
        return _values[key.ToArray()] = value;
    }

    public void Clear() => _values.Clear();

    private sealed class Comparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] bytes) => GetHashCode(bytes.AsSpan());

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(ReadOnlySpan<byte> bytes)
        {
            var hash = default(HashCode);
            hash.AddBytes(bytes);
            return hash.ToHashCode();
        }

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}
