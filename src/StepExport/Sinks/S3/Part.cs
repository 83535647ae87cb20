namespace StepExport.Sinks.S3;

/// <summary>One part of a multipart upload.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Position">Where it begins in the object.</param>
/// <param name="Length">Bytes.</param>
internal readonly record struct Part(int Number, long Position, long Length)
{
    private const int MostParts = 10_000;

    /// <summary>Size of the parts of an object: as configured, larger when that would be too many.</summary>
    public static long SizeFor(long length, long configured) => Math.Max(configured, (length + MostParts - 1) / MostParts);

    public static int CountFor(long length, long size) => (int)((length + size - 1) / size);

    public static Part At(int index, long length, long size) => new(index + 1, index * size, Math.Min(size, length - (index * size)));
}
