using System.Buffers;

namespace StepExport.Http;

/// <summary>How reading a body has ended.</summary>
internal enum BodyEnd
{
    Complete,
    TooLarge,
    NoMemory,
}

/// <summary>One request's body in blocks of <see cref="BodyMemory"/>, which get them back when it is disposed.</summary>
internal sealed class Body(BodyMemory memory) : IDisposable
{
    private Block? _first;
    private Block? _last;

    public long Length => _last is null ? 0 : _last.RunningIndex + _last.Count;

    public ReadOnlySequence<byte> Bytes => _last is null ? default : new(_first!, 0, _last, _last.Count);

    /// <summary>Reads a stream to its end, or until it is larger than <paramref name="limit"/>.</summary>
    public async ValueTask<BodyEnd> FillAsync(Stream from, long limit, CancellationToken cancellationToken)
    {
        while (true)
        {
            if ((_last is null || _last.Count == BodyMemory.BlockSize) && !TryGrow()) return BodyEnd.NoMemory;
            var read = await from.ReadAsync(_last!.Room, cancellationToken);
            if (read == 0) return BodyEnd.Complete;
            _last.Count += read;
            if (Length > limit) return BodyEnd.TooLarge;
        }
    }

    public void Dispose()
    {
        for (var block = _first; block is not null; block = block.Next) memory.Return(block.Array);
        (_first, _last) = (null, null);
    }

    private bool TryGrow()
    {
        if (memory.TryRent() is not { } array) return false;
        var block = new Block(array, Length);
        if (_last is null) _first = block;
        else _last.Append(block);
        _last = block;
        return true;
    }

    private sealed class Block : ReadOnlySequenceSegment<byte>
    {
        public Block(byte[] array, long runningIndex)
        {
            Array = array;
            Memory = array.AsMemory(0, BodyMemory.BlockSize);
            RunningIndex = runningIndex;
        }

        public byte[] Array { get; }

        /// <summary>Bytes in it; less than all only in the last one.</summary>
        public int Count { get; set; }

        public Memory<byte> Room => Array.AsMemory(Count, BodyMemory.BlockSize - Count);

        public new Block? Next => (Block?)base.Next;

        public void Append(Block next) => base.Next = next;
    }
}
