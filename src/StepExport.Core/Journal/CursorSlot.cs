using System.Buffers.Binary;
using System.Text;

namespace StepExport.Core.Journal;

/// <summary>What one slot of a <see cref="CursorFile"/> says.</summary>
/// <remarks>
/// <code>
/// "SXC1" | u32 crc32c of the rest | i64 sequence | u16 nameLength | name
/// "SXC2" | the same                                                      | u32 generation | u16 count | i64 cut ...
/// "SXC3" | the same                                                                                                 | i64 removedAtMs | i64 letGoThrough
/// </code>
/// Little-endian; cuts ascending; letGoThrough is -1 while records are held. The second form is written only while there are cuts or
/// a generation, the third only while the sink is removed.
/// </remarks>
/// <param name="Sequence">Every record up to it is done with.</param>
/// <param name="Generation">How often the rest was changed since the sequence moved.</param>
/// <param name="Cuts">Ends of batches, greater than the sequence.</param>
/// <param name="Removal">Since when the sink is not in the configuration; null while it is.</param>
internal sealed record CursorSlot(long Sequence, uint Generation, long[] Cuts, Removal? Removal = null)
{
    public const int Size = 4096;

    /// <summary>Leaves room for <see cref="JournalReader.MaxCuts"/>.</summary>
    public const int LongestName = Size - NameAt - CutsHeader - (JournalReader.MaxCuts * sizeof(long)) - RemovalLength;

    private const int CrcAt = 4;
    private const int CoveredAt = 8;
    private const int NameLengthAt = 16;
    private const int NameAt = 18;
    private const int CutsHeader = sizeof(uint) + sizeof(ushort);
    private const int RemovalLength = 2 * sizeof(long);
    private const long Held = -1;

    /// <summary>A cursor that has done nothing else yet.</summary>
    public static CursorSlot At(long sequence) => new(sequence, 0, []);

    /// <summary>Writes the slot into a buffer of <see cref="Size"/> bytes.</summary>
    /// <returns>The bytes that count.</returns>
    /// <exception cref="InvalidOperationException">More cuts than fit.</exception>
    public ReadOnlyMemory<byte> Encode(ReadOnlySpan<byte> name, byte[] buffer)
    {
        var length = NameAt + name.Length;
        BinaryPrimitives.WriteInt64LittleEndian(buffer.AsSpan(CoveredAt), Sequence);
        BinaryPrimitives.WriteUInt16LittleEndian(buffer.AsSpan(NameLengthAt), (ushort)name.Length);
        name.CopyTo(buffer.AsSpan(NameAt));
        (Removal is not null ? "SXC3"u8 : Cuts.Length > 0 || Generation > 0 ? "SXC2"u8 : "SXC1"u8).CopyTo(buffer);
        if (Cuts.Length > 0 || Generation > 0 || Removal is not null) length = EncodeCuts(buffer, length);
        if (Removal is not null) length = EncodeRemoval(buffer, length, Removal);
        BinaryPrimitives.WriteUInt32LittleEndian(buffer.AsSpan(CrcAt), Crc32C.Of(buffer.AsSpan(CoveredAt..length)));
        return buffer.AsMemory(0, length);
    }

    /// <summary>Reads a slot; null when it is not whole.</summary>
    public static (CursorSlot Slot, string Name)? Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < NameAt) return null;
        var isRemoved = bytes.StartsWith("SXC3"u8);
        var withCuts = isRemoved || bytes.StartsWith("SXC2"u8);
        if (!withCuts && !bytes.StartsWith("SXC1"u8)) return null;
        var nameEnd = NameAt + BinaryPrimitives.ReadUInt16LittleEndian(bytes[NameLengthAt..]);
        var cutsEnd = nameEnd;
        if (withCuts)
        {
            cutsEnd += CutsHeader;
            if (bytes.Length < cutsEnd) return null;
            cutsEnd += BinaryPrimitives.ReadUInt16LittleEndian(bytes[(cutsEnd - sizeof(ushort))..]) * sizeof(long);
        }

        var length = cutsEnd + (isRemoved ? RemovalLength : 0);
        if (bytes.Length < length || BinaryPrimitives.ReadUInt32LittleEndian(bytes[CrcAt..]) != Crc32C.Of(bytes[CoveredAt..length])) return null;
        var sequence = BinaryPrimitives.ReadInt64LittleEndian(bytes[CoveredAt..]);
        var name = Encoding.UTF8.GetString(bytes[NameAt..nameEnd]);
        var slot = withCuts ? DecodeCuts(sequence, bytes[nameEnd..cutsEnd]) : At(sequence);
        return (isRemoved ? slot with { Removal = DecodeRemoval(bytes[cutsEnd..]) } : slot, name);
    }

    /// <summary>Whether this was written later than the other one.</summary>
    public bool IsNewerThan(CursorSlot other) => (Sequence, Generation).CompareTo((other.Sequence, other.Generation)) > 0;

    /// <summary>The slot after the cursor moved: cuts that it passes are gone.</summary>
    public CursorSlot MovedTo(long sequence) => new(sequence, 0, [.. Cuts.Where(cut => cut > sequence)]);

    /// <summary>The slot with one more cut.</summary>
    public CursorSlot WithCut(long sequence) => new(Sequence, Generation + 1, [.. Cuts.Append(sequence).Order()]);

    /// <summary>The slot of a sink that is no longer in the configuration; null: it is again.</summary>
    public CursorSlot With(Removal? removal) => this with { Generation = Generation + 1, Removal = removal };

    private int EncodeCuts(byte[] buffer, int at)
    {
        var length = at + CutsHeader + (Cuts.Length * sizeof(long));
        if (length > Size - RemovalLength) throw new InvalidOperationException($"{Cuts.Length} marked cuts do not fit into a cursor's slot");
        BinaryPrimitives.WriteUInt32LittleEndian(buffer.AsSpan(at), Generation);
        BinaryPrimitives.WriteUInt16LittleEndian(buffer.AsSpan(at + sizeof(uint)), (ushort)Cuts.Length);
        for (var i = 0; i < Cuts.Length; i++) BinaryPrimitives.WriteInt64LittleEndian(buffer.AsSpan(at + CutsHeader + (i * sizeof(long))), Cuts[i]);
        return length;
    }

    private static int EncodeRemoval(byte[] buffer, int at, Removal removal)
    {
        BinaryPrimitives.WriteInt64LittleEndian(buffer.AsSpan(at), removal.AtMs);
        BinaryPrimitives.WriteInt64LittleEndian(buffer.AsSpan(at + sizeof(long)), removal.LetGoThrough ?? Held);
        return at + RemovalLength;
    }

    private static CursorSlot DecodeCuts(long sequence, ReadOnlySpan<byte> bytes)
    {
        var cuts = new long[(bytes.Length - CutsHeader) / sizeof(long)];
        for (var i = 0; i < cuts.Length; i++) cuts[i] = BinaryPrimitives.ReadInt64LittleEndian(bytes[(CutsHeader + (i * sizeof(long)))..]);
        return new(sequence, BinaryPrimitives.ReadUInt32LittleEndian(bytes), cuts);
    }

    private static Removal DecodeRemoval(ReadOnlySpan<byte> bytes)
    {
        var letGoThrough = BinaryPrimitives.ReadInt64LittleEndian(bytes[sizeof(long)..]);
        return new(BinaryPrimitives.ReadInt64LittleEndian(bytes), letGoThrough == Held ? null : letGoThrough);
    }
}
