using System.Buffers;
using StepExport.Core.Model;

namespace StepExport.Core.Delivery;

/// <summary>Copies records out of the journal's buffer into one pooled buffer per batch.</summary>
internal sealed class BatchBuilder(long maxBytes, int maxEvents) : IBatchBuilder<PooledBatch>
{
    private const int SmallestBuffer = 16 * 1024;

    /// <summary>No batch waits behind a longer run of records that the filter refuses.</summary>
    private const int LongestRun = 4096;

    private byte[] _bytes = [];
    private ExportRecord[] _records = [];
    private int _length;
    private int _nextBuffer = SmallestBuffer;
    private int _nextRecords = 16;
    private int _passedOver;

    public int Count { get; private set; }

    public bool IsFull => Count > 0 && (Count >= maxEvents || _length >= maxBytes || _passedOver >= LongestRun);

    public bool HasToGrow => false;

    /// <summary>Whether the record still belongs into this batch; a record larger than a whole batch goes alone.</summary>
    public bool HasRoomFor(in ExportRecord record) => Count == 0 || (Count < maxEvents && _length + (long)record.Encoded.Length <= maxBytes);

    public void Add(in ExportRecord record)
    {
        var encoded = record.Encoded.Span;
        EnsureRoom(encoded.Length);
        encoded.CopyTo(_bytes.AsSpan(_length));
        _records[Count++] = new(record.Sequence, record.AppendedAtMs, _bytes.AsMemory(_length, encoded.Length));
        _length += encoded.Length;
    }

    public void PassOver(long sequence)
    {
        if (Count > 0) _passedOver++;
    }

    public void Flush()
    {
    }

    public ValueTask<PooledBatch> CloseAsync(InFlightWindow.Slot slot, CancellationToken abandon) => new(Build(slot));

    public ValueTask DisposeAsync()
    {
        Return(_bytes, ArrayPool<byte>.Shared);
        Return(_records, ArrayPool<ExportRecord>.Shared);
        return ValueTask.CompletedTask;
    }

    /// <summary>Hands over what was added and starts anew. The next buffer begins as large as this one was filled.</summary>
    public PooledBatch Build(InFlightWindow.Slot slot)
    {
        var batch = new PooledBatch(_bytes, _records, Count, slot);
        _nextBuffer = Math.Max(SmallestBuffer, _length);
        _nextRecords = Math.Max(16, Count);
        (_bytes, _records, _length, _passedOver, Count) = ([], [], 0, 0, 0);
        return batch;
    }

    private void EnsureRoom(int bytes)
    {
        if (_bytes.Length - _length < bytes)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(checked(_length + bytes), Math.Max(_nextBuffer, _length * 2)));
            _bytes.AsSpan(0, _length).CopyTo(larger);
            PointInto(larger);
            Return(_bytes, ArrayPool<byte>.Shared);
            _bytes = larger;
        }

        if (_records.Length == Count)
        {
            var larger = ArrayPool<ExportRecord>.Shared.Rent(Math.Max(_nextRecords, Count * 2));
            _records.AsSpan(0, Count).CopyTo(larger);
            Return(_records, ArrayPool<ExportRecord>.Shared);
            _records = larger;
        }
    }

    private void PointInto(byte[] buffer)
    {
        var offset = 0;
        foreach (ref var record in _records.AsSpan(0, Count))
        {
            var length = record.Encoded.Length;
            record = new(record.Sequence, record.AppendedAtMs, buffer.AsMemory(offset, length));
            offset += length;
        }
    }

    private static void Return<T>(T[] array, ArrayPool<T> pool)
    {
        if (array.Length > 0) pool.Return(array);
    }
}
