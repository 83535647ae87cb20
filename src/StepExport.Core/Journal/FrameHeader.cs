using System.Buffers.Binary;

namespace StepExport.Core.Journal;

/// <summary>What a frame is.</summary>
internal enum FrameKind : byte
{
    /// <summary>First frame of a segment; its payload is a snapshot of all checkpoints.</summary>
    SegmentStart = 1,

    /// <summary>One submission.</summary>
    Submission = 2,
}

/// <summary>The 56 bytes before every frame's body; the byte table is in docs/journal-format.md.</summary>
internal readonly record struct FrameHeader
{
    public const int Size = 56;

    private const int CrcAt = 4;
    private const int CoveredAt = 8;

    /// <summary>First bytes of every frame; a reader that has lost its way looks for them.</summary>
    public static ReadOnlySpan<byte> Magic => "SXJ1"u8;

    public required FrameKind Kind { get; init; }

    /// <summary>Bytes of the checkpoint's key (UTF-8); 0 when the frame moves no checkpoint.</summary>
    public int KeyLength { get; init; }

    public int CheckpointLength { get; init; }

    public int PayloadLength { get; init; }

    public int RecordCount { get; init; }

    /// <summary>Number of the segment it was written to: a frame in another file is not valid.</summary>
    public required uint Segment { get; init; }

    /// <summary>Sequence of the first record; without records, the sequence that comes next.</summary>
    public required long FirstSequence { get; init; }

    public required long AppendedAtMs { get; init; }

    /// <summary>How much of the segment was known to be fsynced when this frame was written: proof, for recovery, that damage before
    /// it is a disk's fault and not a torn write.</summary>
    public required long DurablePosition { get; init; }

    /// <summary>CRC-32C of the body: key, checkpoint, payload.</summary>
    public required uint BodyCrc { get; init; }

    public long FrameLength => (long)Size + KeyLength + CheckpointLength + PayloadLength;

    /// <summary>Sequence behind the last record of this frame.</summary>
    public long NextSequence => FirstSequence + RecordCount;

    public void Write(Span<byte> destination)
    {
        Magic.CopyTo(destination);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[8..], BodyCrc);
        destination[12] = (byte)Kind;
        destination[13] = 0;
        BinaryPrimitives.WriteUInt16LittleEndian(destination[14..], checked((ushort)KeyLength));
        BinaryPrimitives.WriteInt32LittleEndian(destination[16..], CheckpointLength);
        BinaryPrimitives.WriteInt32LittleEndian(destination[20..], PayloadLength);
        BinaryPrimitives.WriteInt32LittleEndian(destination[24..], RecordCount);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[28..], Segment);
        BinaryPrimitives.WriteInt64LittleEndian(destination[32..], FirstSequence);
        BinaryPrimitives.WriteInt64LittleEndian(destination[40..], AppendedAtMs);
        BinaryPrimitives.WriteInt64LittleEndian(destination[48..], DurablePosition);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[CrcAt..], Crc32C.Of(destination[CoveredAt..Size]));
    }

    /// <summary>False when the bytes are not a whole, undamaged header.</summary>
    public static bool TryRead(ReadOnlySpan<byte> source, out FrameHeader header)
    {
        header = default;
        if (source.Length < Size || !source.StartsWith(Magic)) return false;
        if (BinaryPrimitives.ReadUInt32LittleEndian(source[CrcAt..]) != Crc32C.Of(source[CoveredAt..Size])) return false;
        header = new()
        {
            BodyCrc = BinaryPrimitives.ReadUInt32LittleEndian(source[8..]),
            Kind = (FrameKind)source[12],
            KeyLength = BinaryPrimitives.ReadUInt16LittleEndian(source[14..]),
            CheckpointLength = BinaryPrimitives.ReadInt32LittleEndian(source[16..]),
            PayloadLength = BinaryPrimitives.ReadInt32LittleEndian(source[20..]),
            RecordCount = BinaryPrimitives.ReadInt32LittleEndian(source[24..]),
            Segment = BinaryPrimitives.ReadUInt32LittleEndian(source[28..]),
            FirstSequence = BinaryPrimitives.ReadInt64LittleEndian(source[32..]),
            AppendedAtMs = BinaryPrimitives.ReadInt64LittleEndian(source[40..]),
            DurablePosition = BinaryPrimitives.ReadInt64LittleEndian(source[48..]),
        };
        return header is { Kind: FrameKind.SegmentStart or FrameKind.Submission, CheckpointLength: >= 0, PayloadLength: >= 0, RecordCount: >= 0 };
    }
}
