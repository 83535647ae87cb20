using System.Globalization;

namespace StepExport.Core.Journal;

/// <summary>One journal file and, by <see cref="Next"/>, the one behind it: readers walk the chain without a lock.</summary>
internal sealed class Segment(uint number, long firstSequence, string path, long length)
{
    private const string Extension = ".seg";
    private const int NumberDigits = 10;
    private const int SequenceDigits = 19;

    private long _durableLength = length;
    private Segment? _next;

    /// <summary>Counts the files, from 1; a number is never used twice.</summary>
    public uint Number => number;

    /// <summary>No record in this file comes before it, and none in the files before reaches it.</summary>
    public long FirstSequence => firstSequence;

    public string Path => path;

    /// <summary>Bytes that are fsynced: readers never go past them. Final once <see cref="Next"/> is set.</summary>
    public long DurableLength { get => Volatile.Read(ref _durableLength); set => Volatile.Write(ref _durableLength, value); }

    public Segment? Next { get => Volatile.Read(ref _next); set => Volatile.Write(ref _next, value); }

    public string Name => System.IO.Path.GetFileName(path);

    /// <summary><c>0000000001-0000000000000000001.seg</c>: number, then first sequence.</summary>
    public static string FileName(uint number, long firstSequence) =>
        string.Create(CultureInfo.InvariantCulture, $"{number:D10}-{firstSequence:D19}{Extension}");

    public static bool TryParse(string fileName, out uint number, out long firstSequence)
    {
        (number, firstSequence) = (0, 0);
        return fileName.Length == NumberDigits + 1 + SequenceDigits + Extension.Length
            && fileName[NumberDigits] == '-'
            && fileName.EndsWith(Extension, StringComparison.Ordinal)
            && uint.TryParse(fileName.AsSpan(0, NumberDigits), NumberStyles.None, CultureInfo.InvariantCulture, out number)
            && long.TryParse(fileName.AsSpan(NumberDigits + 1, SequenceDigits), NumberStyles.None, CultureInfo.InvariantCulture, out firstSequence)
            && firstSequence > 0;
    }

    public static bool LooksLikeOne(string fileName) => fileName.EndsWith(Extension, StringComparison.OrdinalIgnoreCase);
}
