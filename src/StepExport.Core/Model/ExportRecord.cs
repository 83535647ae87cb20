using System.Buffers.Binary;

namespace StepExport.Core.Model;

/// <summary>One record as it lies in the journal: a view over encoded bytes, valid while their owner (a batch) is alive.</summary>
/// <remarks>
/// Encoding, little-endian: <c>i64 timeMs | u8 severity | u8 status | u16 typeLength | u16 repositoryLength | 32 bytes uid |
/// type | repository | body</c>. The body is one OCSF event as compact JSON, without a line feed.
/// </remarks>
internal readonly struct ExportRecord(long sequence, long appendedAtMs, ReadOnlyMemory<byte> encoded)
{
    private const int TypeLengthAt = 10;
    private const int RepositoryLengthAt = 12;
    private const int UidAt = 14;
    private const int TextAt = UidAt + RecordHeader.UidLength;

    /// <summary>Position in the journal, counted from 1 without gaps.</summary>
    public long Sequence => sequence;

    /// <summary>When the journal took it in, milliseconds since 1970-01-01 UTC.</summary>
    public long AppendedAtMs => appendedAtMs;

    public ReadOnlyMemory<byte> Encoded => encoded;

    public long TimeMs => BinaryPrimitives.ReadInt64LittleEndian(encoded.Span);

    public Severity Severity => (Severity)encoded.Span[8];

    public FindingStatus Status => (FindingStatus)encoded.Span[9];

    public ReadOnlySpan<byte> Uid => UidOf(encoded.Span);

    public ReadOnlySpan<byte> Type => encoded.Span.Slice(TextAt, TypeLength);

    public ReadOnlySpan<byte> Repository => encoded.Span.Slice(TextAt + TypeLength, RepositoryLength);

    /// <summary>The OCSF event, compact JSON.</summary>
    public ReadOnlyMemory<byte> Body => encoded[(TextAt + TypeLength + RepositoryLength)..];

    private int TypeLength => BinaryPrimitives.ReadUInt16LittleEndian(encoded.Span[TypeLengthAt..]);

    private int RepositoryLength => BinaryPrimitives.ReadUInt16LittleEndian(encoded.Span[RepositoryLengthAt..]);

    /// <summary>The uid of an encoded record.</summary>
    public static ReadOnlySpan<byte> UidOf(ReadOnlySpan<byte> encoded) => encoded.Slice(UidAt, RecordHeader.UidLength);

    /// <summary>Bytes that <see cref="Encode"/> writes.</summary>
    public static int EncodedLength(in RecordHeader header, int bodyLength) =>
        TextAt + header.Type.Length + header.Repository.Length + bodyLength;

    /// <summary>Writes header and body into <paramref name="destination"/>, which has at least <see cref="EncodedLength"/> bytes.</summary>
    public static void Encode(in RecordHeader header, ReadOnlySpan<byte> body, Span<byte> destination)
    {
        BinaryPrimitives.WriteInt64LittleEndian(destination, header.TimeMs);
        destination[8] = (byte)header.Severity;
        destination[9] = (byte)header.Status;
        BinaryPrimitives.WriteUInt16LittleEndian(destination[TypeLengthAt..], checked((ushort)header.Type.Length));
        BinaryPrimitives.WriteUInt16LittleEndian(destination[RepositoryLengthAt..], checked((ushort)header.Repository.Length));
        header.Uid.CopyTo(destination[UidAt..]);
        header.Type.CopyTo(destination[TextAt..]);
        header.Repository.CopyTo(destination[(TextAt + header.Type.Length)..]);
        body.CopyTo(destination[(TextAt + header.Type.Length + header.Repository.Length)..]);
    }
}
