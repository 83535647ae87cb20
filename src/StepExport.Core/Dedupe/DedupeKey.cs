using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace StepExport.Core.Dedupe;

/// <summary>What a record is known by: the first 16 bytes of its uid, a SHA-256 of the detection. Two different detections share one
/// with a chance of 1 in 10^26 among a million.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct DedupeKey(ulong First, ulong Second)
{
    /// <summary>Bytes of a key, also in the store.</summary>
    public const int Size = 16;

    /// <summary>Of this process alone: whoever sends detections cannot choose them so that they share a place in a table.</summary>
    private static readonly ulong Salt = MemoryMarshal.Read<ulong>(RandomNumberGenerator.GetBytes(sizeof(ulong))) | 1;

    public static DedupeKey Of(ReadOnlySpan<byte> uid) => MemoryMarshal.Read<DedupeKey>(uid);

    public override int GetHashCode() => (int)(((First * Salt) + Second) >> 32);
}
