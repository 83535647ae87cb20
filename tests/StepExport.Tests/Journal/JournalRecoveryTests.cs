using StepExport.Core.Journal;
using StepExport.Testing.Journal;
using static StepExport.Tests.Journal.JournalOnDisk;

namespace StepExport.Tests.Journal;

/// <summary>What becomes of a journal of six records in three segments when its files are damaged in known ways.</summary>
public sealed class JournalRecoveryTests
{
    private const int FirstFrame = StartLength;
    private const int SecondFrame = StartLength + FrameLength;
    private const int InHeader = 20;
    private const int InPayload = FrameHeader.Size + 60;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("torn tail", 2, new[] { 1, 2, 3, 4, 5 }, "not completely written; cut")]
    [InlineData("zero-filled tail", 2, new[] { 1, 2, 3, 4, 5, 6 }, "last 4096 bytes, from 510, were not completely written; cut")]
    [InlineData("last frame, flipped header", 2, new[] { 1, 2, 3, 4, 5 }, "cut")]
    [InlineData("last frame, flipped payload", 2, new[] { 1, 2, 3, 4, 5 }, "cut")]
    [InlineData("first frame, flipped header", 2, new[] { 1, 2, 3, 4, 6 }, "bytes 56 to 283 are damaged")]
    [InlineData("first frame, flipped payload", 2, new[] { 1, 2, 3, 4, 6 }, "bytes 56 to 283 are damaged")]
    [InlineData("start, flipped", 2, new[] { 1, 2, 3, 4, 5, 6 }, "bytes 0 to 56 are damaged")]
    [InlineData("truncated start", 2, new[] { 1, 2, 3, 4 }, "without a single whole frame; deleted")]
    [InlineData("empty", 2, new[] { 1, 2, 3, 4 }, "without a single whole frame; deleted")]
    [InlineData("first frame, flipped header", 1, new[] { 1, 2, 4, 5, 6 }, null)]
    [InlineData("first frame, flipped payload", 1, new[] { 1, 2, 4, 5, 6 }, null)]
    [InlineData("last frame, flipped header", 1, new[] { 1, 2, 3, 5, 6 }, null)]
    [InlineData("torn tail", 1, new[] { 1, 2, 3, 5, 6 }, null)]
    [InlineData("zero-filled tail", 1, new[] { 1, 2, 3, 4, 5, 6 }, null)]
    [InlineData("start, flipped", 1, new[] { 1, 2, 3, 4, 5, 6 }, null)]
    [InlineData("empty", 1, new[] { 1, 2, 5, 6 }, null)]
    [InlineData("missing", 1, new[] { 1, 2, 5, 6 }, "are missing")]
    [InlineData("missing", 0, new[] { 3, 4, 5, 6 }, null)]
    public async Task What_can_be_read_is_read_and_the_journal_goes_on(string damage, int segment, int[] left, string? note)
    {
        var disk = await SixRecordsAsync();
        Inflict(damage, disk, disk.Segments()[segment]);
        await using (var journal = Open(disk))
        {
            using var reader = journal.OpenReader("splunk");
            var end = left[^1];
            Assert.Equal(left, reader.Numbers());
            Assert.Equal(end, journal.DurableSequence);
            if (note is null) Assert.Empty(journal.Recovery);
            else Assert.Contains(note, Assert.Single(journal.Recovery), StringComparison.Ordinal);

            await journal.AppendAsync(Submissions.Of("100"), Cancel);
            Assert.Equal([(end + 1, "100")], reader.ReadAll());
        }

        await using var again = Open(disk);
        using var audit = again.OpenReader("audit");
        Assert.Equal([.. left, 100], audit.Numbers());
        Assert.True(again.Recovery.Count == 0 || damage == "missing", "recovery has healed what it reported");
    }

    [Theory]
    [InlineData("first frame, flipped payload", 2)]
    [InlineData("last frame, flipped header", 2)]
    [InlineData("missing", 1)]
    [InlineData("start, flipped", 1)]
    [InlineData("none", 0)]
    public async Task A_reader_counts_each_damage_and_each_gap(string damage, int expected)
    {
        var disk = await SixRecordsAsync();
        if (damage != "none") Inflict(damage, disk, disk.Segments()[1]);
        await using var journal = Open(disk);
        using var reader = journal.OpenReader("splunk");
        reader.ReadAll();
        Assert.Equal(expected, journal.Damages);
    }

    [Fact]
    public async Task A_cursor_gets_over_a_damaged_end_that_no_record_follows()
    {
        var disk = await SixRecordsAsync();
        await using var journal = Open(disk);
        using var reader = journal.OpenReader("splunk");
        Inflict("last frame, flipped payload", disk, disk.Segments()[2]);
        Assert.Equal([1, 2, 3, 4, 5], reader.Numbers());
        reader.Commit(5);
        Assert.Equal(6, reader.Cursor);
        Assert.Single(disk.Segments());
    }

    [Fact]
    public async Task Checkpoints_come_from_the_newest_snapshot_that_can_be_read()
    {
        var disk = new FaultyStorage();
        await using (var journal = Open(disk, segmentSize: 200))
        {
            await journal.AppendAsync(Submissions.Of([Body(1)], "old", "1"), Cancel);
            await journal.AppendAsync(Submissions.Of([Body(2)], "files", "2"), Cancel);
            await journal.AppendAsync(Submissions.Of([Body(3)], "files", "3"), Cancel);
        }

        Inflict("start, flipped", disk, disk.Segments()[^1]);
        await using var again = Open(disk);
        Assert.Equal("1"u8.ToArray(), again.Checkpoint("old"));
        Assert.Equal("3"u8.ToArray(), again.Checkpoint("files"));
    }

    [Fact]
    public async Task A_frame_behind_a_torn_one_does_not_count_so_no_checkpoint_overtakes_records()
    {
        var disk = new FaultyStorage();
        var torn = 0;
        await using (var journal = Open(disk, segmentSize: 100_000))
        {
            // The second and third share a group or not; either way only the first is known to be fsynced when the second is written.
            await journal.AppendAsync(Numbered(1), Cancel);
            disk.Inject = (_, operation, _) => operation == StorageOperation.Sync && torn++ == 0 ? StorageFault.PowerLoss : StorageFault.None;
            var second = journal.AppendAsync(Submissions.Of([Body(2)], "files", "2"), Cancel).AsTask();
            await Assert.ThrowsAsync<PowerLossException>(() => second);
        }

        var file = disk.Segments()[0];
        disk.Damage(file, bytes => [.. bytes, .. bytes[SecondFrame..]]);
        disk.Damage(file, bytes => Flip(bytes, SecondFrame + InPayload));
        var left = disk.AfterPowerLoss();
        await using var again = Open(left, segmentSize: 100_000);
        Assert.Equal(1, again.DurableSequence);
        Assert.Null(again.Checkpoint("files"));
    }

    [Fact]
    public async Task A_sequence_that_a_cursor_has_passed_is_never_given_again()
    {
        var disk = await SixRecordsAsync();
        await using (var journal = Open(disk))
        {
            using var reader = journal.OpenReader("splunk");
            reader.ReadAll();
            reader.Commit(6);
        }

        Array.ForEach(disk.Segments(), disk.Remove);
        await using var again = Open(disk);
        using var splunk = again.OpenReader("splunk");
        Assert.Contains("goes on at 7", Assert.Single(again.Recovery), StringComparison.Ordinal);
        await again.AppendAsync(Numbered(7), Cancel);
        Assert.Equal([7], splunk.Numbers());
    }

    [Fact]
    public async Task A_file_that_is_no_segment_is_left_alone()
    {
        var disk = await SixRecordsAsync();
        disk.Create("/journal/copy-of.seg").Dispose();
        await using var journal = Open(disk);
        Assert.Contains("copy-of.seg is not a segment", Assert.Single(journal.Recovery), StringComparison.Ordinal);
        Assert.Contains("copy-of.seg", disk.Files);
        Assert.Equal(6, journal.DurableSequence);
    }

    private static void Inflict(string damage, FaultyStorage disk, string file)
    {
        if (damage == "missing")
        {
            disk.Remove(file);
            return;
        }

        disk.Damage(file, bytes => damage switch
        {
            "torn tail" => bytes[..^10],
            "zero-filled tail" => [.. bytes, .. new byte[4096]],
            "first frame, flipped header" => Flip(bytes, FirstFrame + InHeader),
            "first frame, flipped payload" => Flip(bytes, FirstFrame + InPayload),
            "last frame, flipped header" => Flip(bytes, SecondFrame + InHeader),
            "last frame, flipped payload" => Flip(bytes, SecondFrame + InPayload),
            "start, flipped" => Flip(bytes, InHeader),
            "truncated start" => bytes[..20],
            "empty" => [],
            _ => throw new ArgumentOutOfRangeException(nameof(damage)),
        });
    }

    private static byte[] Flip(byte[] bytes, int at)
    {
        bytes[at] ^= 0x10;
        return bytes;
    }
}
