using Microsoft.Extensions.Logging.Abstractions;
using StepExport.Core.Journal;
using StepExport.Testing.Journal;
using static StepExport.Tests.Journal.JournalOnDisk;

namespace StepExport.Tests.Journal;

/// <summary>A look at the files says what is lost and what only seems so, and changes nothing.</summary>
public sealed class JournalInspectionTests
{
    private const int FirstFrame = StartLength;
    private const int SecondFrame = StartLength + FrameLength;
    private const int InPayload = FrameHeader.Size + 60;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_sound_journal_is_told_with_cursors_checkpoints_and_lag()
    {
        var disk = new FaultyStorage();
        await using (var journal = Open(disk))
        {
            using var splunk = journal.OpenReader("splunk");
            using var lake = journal.OpenReader("lake");
            for (var number = 1; number <= 4; number++) await journal.AppendAsync(Numbered(number), Stop);
            await journal.AppendAsync(Submissions.Of([Body(5)], "api", "page 7"), Stop);
            splunk.Commit(5);
            lake.Commit(1);
            lake.MarkCut(3);
        }

        var found = Inspect(disk, verify: true);

        Assert.True(found.IsSound);
        Assert.Equal(5, found.LastSequence);
        Assert.Equal(5, found.Segments.Sum(s => s.Records));
        Assert.Equal([("lake", 1L, 4L, 1, true), ("splunk", 5L, 0L, 0, false)], found.Cursors.Select(c => (c.Sink!, c.Sequence, c.Lag, c.Cuts.Count, c.OldestUndelivered is not null)));
        var (source, value) = Assert.Single(found.Checkpoints);
        Assert.Equal(("api", "page 7"), (source, System.Text.Encoding.UTF8.GetString(value)));
    }

    [Fact]
    public async Task Without_verify_the_same_numbers_come_from_the_names_of_the_files()
    {
        var disk = await SixRecordsAsync();
        var (quick, whole) = (Inspect(disk, verify: false), Inspect(disk, verify: true));
        Assert.Equal(whole.Segments.Select(s => (s.Name, s.Records, s.NextSequence)), quick.Segments.Select(s => (s.Name, s.Records, s.NextSequence)));
        Assert.Equal([false, false, true], quick.Segments.Select(s => s.IsVerified));
    }

    [Fact]
    public async Task What_a_crash_left_half_written_is_no_damage_and_is_not_cut()
    {
        var disk = await SixRecordsAsync();
        disk.Damage(disk.Segments()[2], bytes => bytes[..^10]);

        var found = Inspect(disk, verify: true);

        Assert.True(found.IsSound);
        Assert.Equal((FrameLength - 10, 5), (found.Segments[2].Tail, found.LastSequence));
        Assert.Equal(found.Segments[2].Bytes, disk.Open(disk.Segments()[2], writable: false).Length);
        await using var journal = Open(disk);
        Assert.Contains($"the last {FrameLength - 10} bytes", Assert.Single(journal.Recovery), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, FirstFrame + InPayload, 1, 1)]
    [InlineData(1, SecondFrame + InPayload, 4, 4)]
    [InlineData(2, FirstFrame + InPayload, 5, 5)]
    public async Task A_record_that_cannot_be_read_any_more_is_named(int segment, int flipped, long from, long to)
    {
        var disk = await SixRecordsAsync();
        disk.Damage(disk.Segments()[segment], bytes =>
        {
            bytes[flipped] ^= 0x10;
            return bytes;
        });

        var found = Inspect(disk, verify: true);

        Assert.False(found.IsSound);
        Assert.Equal([new SegmentFindings.Range(from, to)], found.Segments[segment].Missing);
        Assert.Single(found.Segments[segment].Damage);
    }

    [Fact]
    public async Task What_a_failed_fsync_left_in_a_sealed_segment_is_no_loss()
    {
        var disk = await SixRecordsAsync();
        disk.Damage(disk.Segments()[0], bytes => [.. bytes, .. new byte[300]]);

        var found = Inspect(disk, verify: true);

        Assert.True(found.IsSound);
        Assert.Single(found.Segments[0].Damage);
    }

    [Fact]
    public async Task A_missing_segment_and_a_damaged_cursor_are_no_sound_journal()
    {
        var disk = await SixRecordsAsync();
        disk.Remove(disk.Segments()[1]);
        Assert.Contains("are missing", Assert.Single(Inspect(disk, verify: false).Holes), StringComparison.Ordinal);

        disk = new();
        await using (var journal = Open(disk)) journal.OpenReader("splunk").Dispose();
        disk.Damage("splunk.cursor", bytes => new byte[bytes.Length]);
        var found = Inspect(disk, verify: false);
        Assert.False(found.IsSound);
        Assert.Null(Assert.Single(found.Cursors).Sink);
    }

    [Fact]
    public async Task Beside_the_program_that_writes_it_nothing_looks_like_damage()
    {
        using var folder = new StepExport.Testing.TemporaryFolder();
        var settings = new JournalSettings { Directory = folder.File("journal"), SegmentSize = 20_000, MaxSize = 10_000_000 };
        await using var journal = SegmentJournal.Open(settings, new FileJournalStorage(), TimeProvider.System, NullLoggerFactory.Instance);
        using var sink = journal.OpenReader("splunk");
        var writing = Task.Run(async () =>
        {
            for (var number = 1; number <= 3000; number++)
            {
                await journal.AppendAsync(Numbered(number), Stop);
                if (number % 100 == 0) sink.Commit(number - 50);
            }
        }, Stop);

        var looks = 0;
        do
        {
            var found = new JournalInspection(new FileJournalStorage(), settings.Directory).Run(verify: true);
            Assert.All(found.Segments, segment => Assert.Empty(segment.Missing));
            looks++;
        }
        while (!writing.IsCompleted);

        await writing;
        Assert.True(looks > 1, "the journal was never looked at while it was written");
        Assert.Equal(3000, new JournalInspection(new FileJournalStorage(), settings.Directory).Run(verify: true).LastSequence);
    }

    private static JournalFindings Inspect(FaultyStorage disk, bool verify) => new JournalInspection(disk, "/journal").Run(verify);
}
