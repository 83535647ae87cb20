using System.Buffers.Binary;
using System.Security.Cryptography;
using Castagnoli = StepExport.Core.Journal.Crc32C;

namespace StepExport.Sinks.S3;

/// <summary>Checksum of a piece of a file, for a request's header: the SDK itself only knows how to send them behind a chunked body.</summary>
/// <param name="Crc32C">Base64, or null.</param>
/// <param name="Sha256">Base64, or null.</param>
/// <param name="Md5">Base64, or null.</param>
internal readonly record struct Checksum(string? Crc32C, string? Sha256, string? Md5)
{
    private const int ReadBytes = 64 * 1024;

    /// <param name="kind">As in <see cref="S3Config.Checksum"/>.</param>
    /// <param name="file">Which file.</param>
    /// <param name="position">Where the piece begins.</param>
    /// <param name="length">Its bytes.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="IOException">The file cannot be read, or is shorter.</exception>
    public static async ValueTask<Checksum> OfAsync(string kind, string file, long position, long length, CancellationToken cancellationToken)
    {
        if (kind == "none") return default;
        using var handle = System.IO.File.OpenHandle(file, options: FileOptions.Asynchronous);
        using var hash = kind == "crc32c" ? null : IncrementalHash.CreateHash(kind == "md5" ? HashAlgorithmName.MD5 : HashAlgorithmName.SHA256);
        var crc = Castagnoli.Start;
        var buffer = new byte[ReadBytes];
        while (length > 0)
        {
            var read = await RandomAccess.ReadAsync(handle, buffer.AsMemory(0, (int)Math.Min(ReadBytes, length)), position, cancellationToken);
            if (read == 0) throw new EndOfStreamException($"{file} is shorter than what was written to it");
            if (hash is null)
                crc = Castagnoli.Append(crc, buffer.AsSpan(0, read));
            else
                hash.AppendData(buffer, 0, read);
            (position, length) = (position + read, length - read);
        }

        return kind switch
        {
            "crc32c" => new(BigEndian(Castagnoli.Finish(crc)), null, null),
            "sha256" => new(null, Convert.ToBase64String(hash!.GetHashAndReset()), null),
            _ => new(null, null, Convert.ToBase64String(hash!.GetHashAndReset())),
        };
    }

    private static string BigEndian(uint crc)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, crc);
        return Convert.ToBase64String(bytes);
    }
}
