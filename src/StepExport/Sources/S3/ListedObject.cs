using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace StepExport.Sources.S3;

/// <summary>One object as a listing shows it.</summary>
/// <param name="Key">Its key: chosen by whoever may write, so any text.</param>
/// <param name="ETag">Which content it has; another one after it was overwritten. Without the quotes.</param>
/// <param name="Size">Bytes as stored.</param>
/// <param name="LastModified">When it was written.</param>
internal sealed record ListedObject(string Key, string ETag, long Size, DateTimeOffset LastModified);

/// <summary>Which content of which key: the first 16 bytes of a hash of both.</summary>
internal static class ObjectId
{
    public const int Length = 16;

    public static UInt128 Of(string bucket, string key, string eTag)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        // No key and no tag holds a NUL
        SHA256.HashData(Encoding.UTF8.GetBytes($"{bucket}\0{key}\0{eTag}"), hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }
}
