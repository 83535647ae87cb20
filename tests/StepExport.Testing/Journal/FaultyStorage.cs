using StepExport.Core.Journal;

namespace StepExport.Testing.Journal;

/// <summary>A disk in memory that loses what was not fsynced when the power goes, and that fails where a test wants it to.</summary>
internal sealed class FaultyStorage(int seed = 0) : IJournalStorage
{
    private readonly Lock _gate = new();
    private readonly Random _random = new(seed);
    private Dictionary<string, SimulatedFile> _entries = new(StringComparer.Ordinal);
    private Dictionary<string, SimulatedFile> _durableEntries = new(StringComparer.Ordinal);
    private bool _dead;

    /// <summary>Number (from 1), kind and file name of the operation about to happen; what it returns happens to it.</summary>
    public Func<int, StorageOperation, string, StorageFault> Inject { get; set; } = (_, _, _) => StorageFault.None;

    /// <summary>Called before a read; may throw.</summary>
    public Action BeforeRead { get; set; } = () => { };

    /// <summary>Operations so far that changed the disk, or tried to.</summary>
    public int Operations { get; private set; }

    public IReadOnlyList<string> Files => List("");

    /// <summary>Cuts the power and returns the disk as it is when it comes back.</summary>
    public FaultyStorage AfterPowerLoss()
    {
        lock (_gate)
        {
            _dead = true;
            var next = new FaultyStorage(_random.Next());
            foreach (var name in _entries.Keys.Union(_durableEntries.Keys).Order(StringComparer.Ordinal))
            {
                // Whether a name that was not fsynced into the folder is there is up to the disk.
                var kept = _random.Next(2) == 0 ? _entries : _durableEntries;
                if (kept.TryGetValue(name, out var file)) next._entries[name] = next._durableEntries[name] = file.AfterPowerLoss(_random);
            }

            return next;
        }
    }

    public void Damage(string file, Func<byte[], byte[]> change) => Entry(file).Damage(change);

    public void Remove(string file) => _ = _entries.Remove(file) && _durableEntries.Remove(file);

    public void CreateDirectory(string path)
    {
    }

    public IReadOnlyList<string> List(string directory)
    {
        lock (_gate) return [.. _entries.Keys.Order(StringComparer.Ordinal)];
    }

    public IJournalFile Create(string path)
    {
        lock (_gate)
        {
            var name = Path.GetFileName(path);
            Before(StorageOperation.Create, name, () => { });
            if (!_entries.TryAdd(name, new())) throw new IOException($"{name} exists");
            return new Handle(this, name, _entries[name]);
        }
    }

    public IJournalFile Open(string path, bool writable) => new Handle(this, Path.GetFileName(path), Entry(Path.GetFileName(path)));

    public void Delete(string path)
    {
        lock (_gate)
        {
            Before(StorageOperation.Delete, Path.GetFileName(path), () => { });
            _entries.Remove(Path.GetFileName(path));
        }
    }

    public void Rename(string path, string newPath)
    {
        lock (_gate)
        {
            var (from, to) = (Path.GetFileName(path), Path.GetFileName(newPath));
            Before(StorageOperation.Rename, from, () => { });
            if (_entries.ContainsKey(to)) throw new IOException($"{to} exists");
            _entries[to] = Entry(from);
            _entries.Remove(from);
        }
    }

    public void SyncDirectory(string path)
    {
        lock (_gate)
        {
            Before(StorageOperation.SyncDirectory, "", () => { });
            _durableEntries = new(_entries, StringComparer.Ordinal);
        }
    }

    private SimulatedFile Entry(string name)
    {
        lock (_gate) return _entries.GetValueOrDefault(name) ?? throw new FileNotFoundException(name);
    }

    private void Before(StorageOperation operation, string file, Action halfway)
    {
        if (_dead) throw new PowerLossException();
        var fault = Inject(++Operations, operation, file);
        if (fault == StorageFault.None) return;
        _dead = fault is StorageFault.PowerLoss or StorageFault.PowerLossHalfway;
        if (fault is not (StorageFault.PowerLoss or StorageFault.ProcessKilled)) halfway();
        throw fault switch
        {
            StorageFault.DiskFull => new DiskFullException("no space left on device"),
            StorageFault.IoError => new IOException($"input/output error in {operation}"),
            _ => new PowerLossException(),
        };
    }

    private sealed class Handle(FaultyStorage disk, string name, SimulatedFile file) : IJournalFile
    {
        public long Length
        {
            get
            {
                lock (disk._gate) return file.Length;
            }
        }

        public int Read(Span<byte> buffer, long position)
        {
            lock (disk._gate)
            {
                disk.BeforeRead();
                return file.Read(buffer, position);
            }
        }

        public void Write(IReadOnlyList<ReadOnlyMemory<byte>> buffers, long position)
        {
            lock (disk._gate)
            {
                var bytes = buffers.SelectMany(buffer => buffer.ToArray()).ToArray();
                disk.Before(StorageOperation.Write, name, () => file.Write(bytes[..disk._random.Next(bytes.Length + 1)], position));
                file.Write(bytes, position);
            }
        }

        public void Sync()
        {
            lock (disk._gate)
            {
                disk.Before(StorageOperation.Sync, name, () => file.LoseUnsynced(disk._random));
                file.Sync();
            }
        }

        public void Truncate(long length)
        {
            lock (disk._gate)
            {
                disk.Before(StorageOperation.Truncate, name, () => { });
                file.Truncate(length);
            }
        }

        public void Dispose()
        {
        }
    }
}
