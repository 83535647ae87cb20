using System.Text;

namespace StepExport.Core.Journal;

/// <summary>One sink's committed sequence on disk, and where the batches end that it has begun to send behind it.</summary>
/// <remarks>
/// Two slots, one per page, written in turn and fsynced: a torn write spoils the older value only. Of two whole
/// <see cref="CursorSlot"/>s the one with the greater sequence counts, then the one with the greater generation.
/// After a failed write the same slot is written again, never the other one, which holds the last durable value.
/// Thread-safe.
/// </remarks>
internal sealed class CursorFile : IDisposable
{
    private const string Unfinished = ".new";

    private readonly Lock _gate = new();
    private readonly IJournalFile _file;
    private readonly byte[] _name;
    private readonly byte[] _buffer = new byte[CursorSlot.Size];
    private CursorSlot _now;
    private int _next;

    private CursorFile(IJournalFile file, string sink, CursorSlot now, int next)
    {
        (_file, Sink, _now, _next) = (file, sink, now, next);
        _name = Encoding.UTF8.GetBytes(sink);
        if (_name.Length > CursorSlot.LongestName) throw new ArgumentException($"the name of a sink has at most {CursorSlot.LongestName} bytes", nameof(sink));
    }

    public string Sink { get; }

    /// <summary>Every record up to it is done with; durable.</summary>
    public long Sequence => Volatile.Read(ref _now).Sequence;

    /// <summary>The marked cuts that the cursor has not passed, ascending; durable. Never changed, only replaced.</summary>
    public IReadOnlyList<long> Cuts => Volatile.Read(ref _now).Cuts;

    /// <summary>Since when the sink is not in the configuration; null while it is. Durable.</summary>
    public Removal? Removal => Volatile.Read(ref _now).Removal;

    /// <summary>Creates the cursor, with its final size: a full disk can then not keep it from moving. It is there whole or not at all:
    /// a crash in between leaves no cursor that says less than it was told.</summary>
    public static CursorFile Create(IJournalStorage storage, string directory, string sink, long sequence = 0)
    {
        var path = Path.Combine(directory, CursorName.FileName(sink));
        if (storage.List(directory).Contains(Path.GetFileName(path + Unfinished))) storage.Delete(path + Unfinished);
        var slot = CursorSlot.At(sequence);
        var cursor = new CursorFile(storage.Create(path + Unfinished), sink, slot, next: 0);
        try
        {
            cursor._file.Write([new byte[2 * CursorSlot.Size]], 0);
            cursor.Write(0, slot);
            cursor.Write(1, slot);
            storage.Rename(path + Unfinished, path);
            storage.SyncDirectory(directory);
            return cursor;
        }
        catch (IOException)
        {
            cursor.Dispose();
            throw;
        }
    }

    /// <summary>Opens a cursor by its file; null when neither slot is whole, or the file was copied from another sink's.</summary>
    public static CursorFile? Find(IJournalStorage storage, string directory, string fileName)
    {
        var file = storage.Open(Path.Combine(directory, fileName), writable: true);
        var (slot, at, name) = Read(file);
        if (name is not null && CursorName.FileName(name) == fileName) return new(file, name, slot, next: at == 0 ? 1 : 0);
        file.Dispose();
        return null;
    }

    /// <summary>Opens a sink's cursor; <paramref name="damaged"/> when neither slot is whole, and it starts again at 0.</summary>
    public static CursorFile Open(IJournalStorage storage, string directory, string sink, out bool damaged)
    {
        var file = storage.Open(Path.Combine(directory, CursorName.FileName(sink)), writable: true);
        var (slot, at, name) = Read(file);
        if (name is not null && name != sink)
        {
            file.Dispose();
            throw new InvalidDataException($"the cursor of sink '{sink}' belongs to '{name}'");
        }

        var cursor = new CursorFile(file, sink, slot, next: at == 0 ? 1 : 0);
        damaged = name is null;
        if (!damaged) return cursor;
        cursor.Write(0, slot);
        cursor.Write(1, slot);
        return cursor;
    }

    /// <summary>The greatest sequence in a cursor file, be it committed or a cut; 0 when it is damaged.</summary>
    public static long Peek(IJournalStorage storage, string path)
    {
        using var file = storage.Open(path, writable: false);
        var slot = Read(file).Slot;
        return slot.Cuts is [.., var last] ? last : slot.Sequence;
    }

    /// <summary>Moves the cursor forward, past the cuts on its way; durable on return. Going back is ignored.</summary>
    /// <exception cref="IOException">The disk failed; the cursor is where it was.</exception>
    public void Move(long sequence)
    {
        lock (_gate)
        {
            if (sequence > _now.Sequence) Replace(_now.MovedTo(sequence));
        }
    }

    /// <summary>Marks a cut; durable on return. What is marked already, or passed, is ignored.</summary>
    /// <exception cref="IOException">The disk failed; the marked cuts are what they were.</exception>
    public void MarkCut(long sequence)
    {
        lock (_gate)
        {
            if (sequence > _now.Sequence && !_now.Cuts.Contains(sequence)) Replace(_now.WithCut(sequence));
        }
    }

    /// <summary>Marks what became of the sink; durable on return. A removed cursor does not move.</summary>
    /// <exception cref="IOException">The disk failed; nothing is marked.</exception>
    public void Mark(Removal removal)
    {
        lock (_gate) Replace(_now.With(removal));
    }

    /// <summary>The sink is in the configuration again; durable on return.</summary>
    /// <param name="atLeast">Where the cursor has to be for what the journal still holds; it never goes back.</param>
    /// <exception cref="IOException">The disk failed; the sink is still marked as removed.</exception>
    public void Return(long atLeast)
    {
        lock (_gate) Replace(atLeast > _now.Sequence ? _now.MovedTo(atLeast) : _now.With(null));
    }

    public void Dispose() => _file.Dispose();

    private void Replace(CursorSlot slot)
    {
        Write(_next, slot);
        _next ^= 1;
        Volatile.Write(ref _now, slot);
    }

    private void Write(int at, CursorSlot slot)
    {
        _file.Write([slot.Encode(_name, _buffer)], at * CursorSlot.Size);
        _file.Sync();
    }

    private static (CursorSlot Slot, int At, string? Name) Read(IJournalFile file)
    {
        (CursorSlot Slot, int At, string? Name) best = (CursorSlot.At(0), 0, null);
        var buffer = new byte[CursorSlot.Size];
        for (var at = 0; at < 2; at++)
        {
            if (CursorSlot.Decode(buffer.AsSpan(0, file.Read(buffer, at * CursorSlot.Size))) is not var (slot, name)) continue;
            if (best.Name is null || slot.IsNewerThan(best.Slot)) best = (slot, at, name);
        }

        return best;
    }
}
