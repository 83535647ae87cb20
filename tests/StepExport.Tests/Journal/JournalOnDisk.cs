using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using StepExport.Core.Journal;
using StepExport.Testing.Journal;

namespace StepExport.Tests.Journal;

/// <summary>Opens small journals on a simulated disk, and knows how large its frames are.</summary>
internal static class JournalOnDisk
{
    /// <summary>Bytes of a segment's first frame without checkpoints, and of a frame with one record of <see cref="Body"/>.</summary>
    public const int StartLength = FrameHeader.Size;
    public const int FrameLength = FrameHeader.Size + 4 + 14 + 32 + 13 + 8 + 100;

    public static SegmentJournal Open(
        IJournalStorage disk, long segmentSize = 500, long maxSize = 1_000_000, TimeProvider? time = null, TimeSpan? holdRemoved = null, ILoggerFactory? loggers = null) =>
        SegmentJournal.Open(
            new() { Directory = "/journal", SegmentSize = segmentSize, MaxSize = maxSize, HoldRemoved = holdRemoved ?? TimeSpan.FromHours(1) },
            disk,
            time ?? new ImpatientTime(),
            loggers ?? NullLoggerFactory.Instance);

    /// <summary>A body of 100 bytes that begins with a number.</summary>
    public static string Body(int number) => $"{number}".PadRight(100, '.');

    public static Submission Numbered(int number) => Submissions.Of(Body(number));

    public static int[] Numbers(this JournalReader reader) => [.. reader.ReadAll().Select(record => Number(record.Body))];

    public static string[] Segments(this FaultyStorage disk) => [.. disk.Files.Where(Segment.LooksLikeOne)];

    /// <summary>Three segments with two submissions each, of one record each, all durable.</summary>
    public static async Task<FaultyStorage> SixRecordsAsync()
    {
        var disk = new FaultyStorage();
        await using var journal = Open(disk);
        for (var number = 1; number <= 6; number++)
        {
            await journal.AppendAsync(Numbered(number), default);
        }

        return disk;
    }

    private static int Number(string body) => int.Parse(body.TrimEnd('.'), System.Globalization.CultureInfo.InvariantCulture);
}
