using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace StepExport.Sources.File;

/// <summary>Which file it is, whatever its name: the inode and a hash of its first bytes.</summary>
/// <remarks>
/// The inode alone is given to the next new file once a file is deleted; the first bytes alone are the same in a copy. Together
/// they tell a renamed file from a new one and notice one that was emptied and written again. The hash is over the content before
/// compression, so that a rotated file which was gzipped meanwhile is recognised. Device numbers are left out: they change when a
/// volume is mounted again.
/// </remarks>
/// <param name="Inode">0 where the system has none.</param>
/// <param name="Length">How many bytes <paramref name="Hash"/> covers; a young file has few.</param>
/// <param name="Hash">First 8 bytes of their SHA-256.</param>
internal readonly partial record struct FileIdentity(ulong Inode, int Length, ulong Hash)
{
    /// <summary>Bytes that are hashed, if the file has so many: several detections, since two of one type and repository differ late.</summary>
    public const int MaxLength = 16 * 1024;

    /// <summary>Bytes that must agree for a file with another inode to be taken for the same.</summary>
    public const int LeastTelling = 128;

    /// <summary>The inode of an open file; 0 when it cannot be told.</summary>
    public static ulong InodeOf(SafeFileHandle file)
    {
        const int AtEmptyPath = 0x1000, WantInode = 0x100, InodeAt = 32;
        if (!OperatingSystem.IsLinux()) return 0;
        Span<byte> result = stackalloc byte[256];
        try
        {
            // statx and not fstat: its structure is the same on every architecture and in every C library
            return Statx(file, "", AtEmptyPath, WantInode, result) == 0 ? MemoryMarshal.Read<ulong>(result[InodeAt..]) : 0;
        }
        catch (EntryPointNotFoundException)
        {
            return 0;
        }
    }

    public static FileIdentity Of(ulong inode, ReadOnlySpan<byte> head)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(head, hash);
        return new(inode, head.Length, MemoryMarshal.Read<ulong>(hash));
    }

    /// <summary>Whether a file with these first bytes may be this one.</summary>
    public bool Begins(ReadOnlySpan<byte> head) => head.Length >= Length && Of(Inode, head[..Length]).Hash == Hash;

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(SafeFileHandle file, string path, int flags, uint mask, Span<byte> result);
}
