namespace StepExport.Testing.Journal;

/// <summary>A file as a disk with a write-back cache holds it: what programs see, and what a power loss leaves.</summary>
internal sealed class SimulatedFile
{
    private const int Sector = 512;

    private readonly List<Change> _unsynced = [];
    private byte[] _seen = [];
    private byte[] _durable = [];

    public long Length => _seen.Length;

    public int Read(Span<byte> buffer, long position)
    {
        if (position >= _seen.Length) return 0;
        var part = _seen.AsSpan((int)position, (int)Math.Min(buffer.Length, _seen.Length - position));
        part.CopyTo(buffer);
        return part.Length;
    }

    public void Write(byte[] bytes, long position) => Do(new((int)position, bytes));

    public void Truncate(long length) => Do(new((int)length, null));

    public void Sync()
    {
        foreach (var change in _unsynced) change.Apply(ref _durable);
        _unsynced.Clear();
    }

    /// <summary>A failed fsync: some of the pages reached the disk, the others never will, and all count as clean from now on.</summary>
    public void LoseUnsynced(Random random)
    {
        foreach (var sector in _unsynced.SelectMany(change => change.Sectors()).Where(_ => random.Next(2) == 0)) sector.Apply(ref _durable);
        _unsynced.Clear();
    }

    /// <summary>What is on the disk when the power comes back.</summary>
    public SimulatedFile AfterPowerLoss(Random random)
    {
        var left = _durable.ToArray();
        var how = random.Next(4);
        var whole = random.Next(_unsynced.Count + 1);
        foreach (var (change, i) in _unsynced.Select((change, i) => (change, i)))
        {
            foreach (var sector in change.Sectors())
            {
                if (how == 0 || (how == 1 && i < whole) || (how == 2 && random.Next(2) == 0)) sector.Apply(ref left);
            }
        }

        return new() { _seen = left, _durable = [.. left] };
    }

    /// <summary>Damages the file itself, as a dying disk or a stray hand would.</summary>
    public void Damage(Func<byte[], byte[]> change)
    {
        _seen = change([.. _seen]);
        _durable = [.. _seen];
    }

    private void Do(Change change)
    {
        _unsynced.Add(change);
        change.Apply(ref _seen);
    }

    /// <summary>A write at a position, or without bytes a truncation to it.</summary>
    private sealed record Change(int Position, byte[]? Bytes)
    {
        public IEnumerable<Change> Sectors()
        {
            if (Bytes is null) return [this];
            return Bytes.Chunk(Sector).Select((part, i) => new Change(Position + (i * Sector), part));
        }

        public void Apply(ref byte[] content)
        {
            if (Bytes is null || content.Length < Position + Bytes.Length) Array.Resize(ref content, Position + (Bytes?.Length ?? 0));
            Bytes?.CopyTo(content, Position);
        }
    }
}
