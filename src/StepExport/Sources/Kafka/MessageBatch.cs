namespace StepExport.Sources.Kafka;

/// <summary>Messages on their way from the client to the ingress, their values one behind the other in one array that serves again and
/// again. One user at a time.</summary>
internal sealed class MessageBatch
{
    /// <summary>It takes this long to normalize what this is, so that the disk's share is small: one fsync per batch is waited for.</summary>
    public const int MaxBytes = 4 * 1024 * 1024;

    public const int MaxMessages = 8192;

    private readonly List<Entry> _entries = [];
    private byte[] _values = new byte[64 * 1024];
    private int _length;

    public IReadOnlyList<Entry> Entries => _entries;

    public bool IsEmpty => _entries.Count == 0;

    public bool IsFull => _length >= MaxBytes || _entries.Count >= MaxMessages;

    /// <summary>Copies a value to the end, where it waits for <see cref="Add"/>.</summary>
    /// <returns>Its length.</returns>
    public int Copy(ReadOnlySpan<byte> data)
    {
        if (_values.Length - _length < data.Length) Array.Resize(ref _values, Math.Max(_values.Length * 2, _length + data.Length));
        data.CopyTo(_values.AsSpan(_length));
        return data.Length;
    }

    /// <summary>Keeps the value that was copied last.</summary>
    public void Add(OwnedPartition partition, long offset, int length)
    {
        _entries.Add(new(partition, offset, _length, length));
        _length += length;
    }

    public ReadOnlyMemory<byte> Value(in Entry entry) => _values.AsMemory(entry.Start, entry.Length);

    /// <summary>Forgets the messages of these partitions.</summary>
    public void Forget(IReadOnlyCollection<OwnedPartition> partitions)
    {
        _entries.RemoveAll(entry => partitions.Contains(entry.Partition));
        if (IsEmpty) Clear();
    }

    public void Clear()
    {
        _entries.Clear();
        _length = 0;
        // One giant message shall not hold its memory for ever
        if (_values.Length > 4 * MaxBytes) _values = new byte[MaxBytes];
    }

    /// <param name="Partition">Where it was read from.</param>
    /// <param name="Offset">Its offset there.</param>
    /// <param name="Start">Where its value begins in the array.</param>
    /// <param name="Length">Bytes of its value; 0 for a tombstone.</param>
    internal readonly record struct Entry(OwnedPartition Partition, long Offset, int Start, int Length);
}
