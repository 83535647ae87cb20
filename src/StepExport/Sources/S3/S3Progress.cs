using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using StepExport.Core.Ingest;

namespace StepExport.Sources.S3;

/// <summary>How far the source has come: its checkpoint, durable together with the records.</summary>
/// <remarks>
/// Objects that are finished lie in <see cref="FinishedObjects"/>; those that are not there yet stand in <see cref="Settling"/>, so that a
/// crash between the two forgets none.
/// </remarks>
internal sealed class S3Progress
{
    private const byte Version = 1;

    /// <summary>What the place is worth nothing without: a hash of bucket and prefix.</summary>
    public required ulong Scope { get; init; }

    /// <summary>Objects that were last modified before this are passed over; null: none.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Every key up to this one, in the order of listings, is finished or known not to be readable; null at the very beginning.</summary>
    public string? Place { get; set; }

    /// <summary>The object that is being read; null between two.</summary>
    public ObjectPosition? Current { get; set; }

    /// <summary>Finished, and not yet known to <see cref="FinishedObjects"/>.</summary>
    public List<UInt128> Settling { get; } = [];

    public static ulong ScopeOf(string bucket, string prefix)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{bucket}\0{prefix}"), hash);
        return BinaryPrimitives.ReadUInt64BigEndian(hash);
    }

    public byte[] Encode()
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes, Encoding.UTF8);
        writer.Write(Version);
        writer.Write(Scope);
        writer.Write(Since?.ToUnixTimeMilliseconds() ?? long.MinValue);
        WriteText(writer, Place);
        WriteText(writer, Current?.Key);
        if (Current is { } current)
        {
            writer.Write(current.ETag);
            writer.Write(current.IsGzip);
            writer.Write7BitEncodedInt64(current.Position.Offset);
            writer.Write7BitEncodedInt64(current.Position.Line);
            writer.Write((byte)current.Position.Container);
            writer.Write((byte)current.Position.Expected);
            writer.Write7BitEncodedInt(current.Position.Indent + 1);
        }

        writer.Write7BitEncodedInt(Settling.Count);
        Span<byte> id = stackalloc byte[ObjectId.Length];
        foreach (var finished in Settling)
        {
            BinaryPrimitives.WriteUInt128BigEndian(id, finished);
            writer.Write(id);
        }

        writer.Flush();
        return bytes.ToArray();
    }

    /// <exception cref="IOException">Written by a newer version, or damaged.</exception>
    public static S3Progress Decode(byte[] checkpoint)
    {
        using var reader = new BinaryReader(new MemoryStream(checkpoint), Encoding.UTF8);
        try
        {
            if (reader.ReadByte() != Version) throw new IOException($"s3 checkpoint of version {checkpoint[0]}; this program knows {Version}");
            var (scope, since) = (reader.ReadUInt64(), reader.ReadInt64());
            var progress = new S3Progress
            {
                Scope = scope,
                Since = since == long.MinValue ? null : DateTimeOffset.FromUnixTimeMilliseconds(since),
                Place = ReadText(reader),
            };
            if (ReadText(reader) is { } key) progress.Current = new(key, reader.ReadString()) { IsGzip = reader.ReadBoolean(), Position = ReadPosition(reader) };
            for (var count = reader.Read7BitEncodedInt(); count > 0; count--)
                progress.Settling.Add(BinaryPrimitives.ReadUInt128BigEndian(reader.ReadBytes(ObjectId.Length)));
            return progress;
        }
        catch (Exception e) when (e is EndOfStreamException or FormatException or ArgumentException)
        {
            throw new IOException("s3 checkpoint is damaged", e);
        }
    }

    private static SplitPosition ReadPosition(BinaryReader reader) => new(
        reader.Read7BitEncodedInt64(),
        reader.Read7BitEncodedInt64(),
        (SplitContainer)reader.ReadByte(),
        (SplitExpected)reader.ReadByte(),
        reader.Read7BitEncodedInt() - 1);

    private static void WriteText(BinaryWriter writer, string? text)
    {
        writer.Write(text is not null);
        if (text is not null) writer.Write(text);
    }

    private static string? ReadText(BinaryReader reader) => reader.ReadBoolean() ? reader.ReadString() : null;
}

/// <summary>How far one object is read.</summary>
internal sealed class ObjectPosition(string key, string eTag)
{
    public string Key => key;

    /// <summary>Which content the position is in.</summary>
    public string ETag { get; private set; } = eTag;

    /// <summary>Its content is compressed, so that reading begins at its start in any case.</summary>
    public bool IsGzip { get; set; }

    /// <summary>In the content after decompression.</summary>
    public SplitPosition Position { get; set; }

    /// <summary>Another content has taken its place: it is read from its start.</summary>
    public void Replace(string other) => (ETag, Position, IsGzip) = (other, default, false);
}
