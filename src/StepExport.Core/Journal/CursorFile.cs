using System.Buffers.Binary;
using System.Text;

namespace StepExport.Core.Journal;

/// <summary>One sink's committed sequence on disk.</summary>
/// <remarks>
/// Two slots, one per page, written in turn and fsynced: a torn write spoils the older value only. A slot is
/// <c>"SXC1" | u32 crc32c of the rest | i64 sequence | u16 nameLength | name</c>, little-endian; the greater sequence counts.
/// After a failed write the same slot is written again, never the other one, which holds the last durable value.
/// Thread-safe.
/// </remarks>
internal sealed class CursorFile : IDisposable
{
    private const int SlotSize = 4096;
    private const int CoveredAt = 8;
    private const int NameAt = 18;

    private readonly Lock _gate = new();
    private readonly IJournalFile _file;
    private readonly byte[] _slot;
    private int _next;
    private long _sequence;

    private CursorFile(IJournalFile file, string sink)
    {
        _file = file;
        Sink = sink;
        var name = Encoding.UTF8.GetBytes(sink);
        if (name.Length > SlotSize - NameAt) throw new ArgumentException($"the name of a sink has at most {SlotSize - NameAt} bytes", nameof(sink));
        _slot = new byte[NameAt + name.Length];
        "SXC1"u8.CopyTo(_slot);
        BinaryPrimitives.WriteUInt16LittleEndian(_slot.AsSpan(16), (ushort)name.Length);
        name.CopyTo(_slot, NameAt);
    }

    public string Sink { get; }

    /// <summary>Every record up to it is done with; durable.</summary>
    public long Sequence => Volatile.Read(ref _sequence);

    /// <summary>Creates the cursor at 0, with its final size: a full disk can then not keep it from moving.</summary>
    public static CursorFile Create(IJournalStorage storage, string directory, string sink)
    {
        var path = Path.Combine(directory, CursorName.FileName(sink));
        var cursor = new CursorFile(storage.Create(path), sink);
        cursor.Write(0, 0);
        cursor.Write(1, 0);
        storage.SyncDirectory(directory);
        return cursor;
    }

    /// <summary>Opens a sink's cursor; <paramref name="damaged"/> when neither slot is whole, and it starts again at 0.</summary>
    public static CursorFile Open(IJournalStorage storage, string directory, string sink, out bool damaged)
    {
        var file = storage.Open(Path.Combine(directory, CursorName.FileName(sink)), writable: true);
        var (sequence, slot, name) = Read(file);
        if (name is not null && name != sink)
        {
            file.Dispose();
            throw new InvalidDataException($"the cursor of sink '{sink}' belongs to '{name}'");
        }

        var cursor = new CursorFile(file, sink) { _sequence = sequence, _next = slot == 0 ? 1 : 0 };
        damaged = name is null;
        if (!damaged) return cursor;
        cursor.Write(0, 0);
        cursor.Write(1, 0);
        return cursor;
    }

    /// <summary>The committed sequence in a cursor file; 0 when it is damaged.</summary>
    public static long Peek(IJournalStorage storage, string path)
    {
        using var file = storage.Open(path, writable: false);
        return Read(file).Sequence;
    }

    /// <summary>Moves the cursor forward; durable on return. Going back is ignored.</summary>
    /// <exception cref="IOException">The disk failed; the cursor is where it was.</exception>
    public void Move(long sequence)
    {
        lock (_gate)
        {
            if (sequence <= _sequence) return;
            Write(_next, sequence);
            _next ^= 1;
            Volatile.Write(ref _sequence, sequence);
        }
    }

    public void Dispose() => _file.Dispose();

    private void Write(int slot, long sequence)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_slot.AsSpan(CoveredAt), sequence);
        BinaryPrimitives.WriteUInt32LittleEndian(_slot.AsSpan(4), Crc32C.Of(_slot.AsSpan(CoveredAt)));
        _file.Write([_slot], slot * SlotSize);
        _file.Sync();
    }

    private static (long Sequence, int Slot, string? Name) Read(IJournalFile file)
    {
        (long Sequence, int Slot, string? Name) best = (0, 0, null);
        var buffer = new byte[SlotSize];
        for (var slot = 0; slot < 2; slot++)
        {
            var bytes = buffer.AsSpan(0, file.Read(buffer, slot * SlotSize));
            if (bytes.Length < NameAt || !bytes.StartsWith("SXC1"u8)) continue;
            var nameLength = BinaryPrimitives.ReadUInt16LittleEndian(bytes[16..]);
            if (bytes.Length < NameAt + nameLength) continue;
            if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]) != Crc32C.Of(bytes[CoveredAt..(NameAt + nameLength)])) continue;
            var sequence = BinaryPrimitives.ReadInt64LittleEndian(bytes[CoveredAt..]);
            if (best.Name is null || sequence > best.Sequence)
                best = (sequence, slot, Encoding.UTF8.GetString(bytes.Slice(NameAt, nameLength)));
        }

        return best;
    }
}
