using StepExport.Core.Journal;
using StepExport.Testing.Journal;
using static StepExport.Tests.Journal.JournalOnDisk;

namespace StepExport.Tests.Journal;

/// <summary>Back-pressure and deletion, by exact counts.</summary>
public sealed class JournalCapacityTests
{
    /// <summary>Four segments of two frames fit exactly.</summary>
    private const long MaxSize = 4 * (StartLength + 2 * FrameLength);

    private readonly FaultyStorage _disk = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_full_journal_waits_and_takes_exactly_what_a_deleted_segment_leaves()
    {
        await using var journal = Open(_disk, maxSize: MaxSize);
        using var reader = journal.OpenReader("splunk");
        await Append(journal, 1, 8);
        Assert.Equal(MaxSize, journal.Bytes);
        Assert.Equal(MaxSize, journal.Capacity);
        Assert.False(journal.IsFull);

        var waiting = Enumerable.Range(9, 4).Select(i => journal.AppendAsync(Numbered(i), Cancel).AsTask()).ToArray();
        await Until(() => journal.IsFull);
        Assert.DoesNotContain(waiting, append => append.IsCompleted);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], reader.Numbers());

        reader.Commit(1);
        Assert.Equal(8, journal.DurableSequence);
        reader.Commit(2);
        await Task.WhenAll(waiting[..2]);
        await Until(() => journal.IsFull);
        Assert.Equal(10, journal.DurableSequence);
        Assert.Equal(MaxSize, journal.Bytes);

        reader.Commit(4);
        await Task.WhenAll(waiting);
        Assert.False(journal.IsFull);
        Assert.Equal([9, 10, 11, 12], reader.Numbers());
    }

    [Fact]
    public async Task The_slowest_sink_holds_the_segments_and_the_last_one_stays()
    {
        await using var journal = Open(_disk);
        using var fast = journal.OpenReader("fast");
        using var slow = journal.OpenReader("slow");
        await Append(journal, 1, 6);
        fast.ReadAll();
        fast.Commit(6);
        Assert.Equal(3, _disk.Segments().Length);
        slow.Commit(3);
        Assert.Equal(2, _disk.Segments().Length);
        slow.Commit(6);
        Assert.Single(_disk.Segments());
        Assert.Equal(StartLength + 2 * FrameLength, journal.Bytes);
    }

    [Fact]
    public async Task Without_a_sink_nothing_is_deleted()
    {
        await using (var journal = Open(_disk)) await Append(journal, 1, 6);
        await using var again = Open(_disk);
        Assert.Equal(3, _disk.Segments().Length);
    }

    [Fact]
    public async Task An_empty_journal_remembers_its_sequence_and_checkpoints()
    {
        await using (var journal = Open(_disk))
        {
            using var reader = journal.OpenReader("splunk");
            await journal.AppendAsync(Submissions.Of([Body(1)], "files", "1"), Cancel);
            await Append(journal, 2, 5);
            reader.ReadAll();
            reader.Commit(5);
        }

        _disk.Remove(CursorName.FileName("splunk"));
        await using var again = Open(_disk);
        Assert.Equal(5, again.DurableSequence);
        Assert.Equal("1"u8.ToArray(), again.Checkpoint("files"));
    }

    [Fact]
    public async Task What_is_larger_than_the_whole_journal_goes_through_once_all_else_is_delivered()
    {
        await using var journal = Open(_disk, maxSize: MaxSize);
        using var reader = journal.OpenReader("splunk");
        await Append(journal, 1, 3);
        var large = journal.AppendAsync(Submissions.Of(new string('x', 5_000)), Cancel).AsTask();
        await Until(() => journal.IsFull);
        Assert.Equal([1, 2, 3], reader.Numbers());
        reader.Commit(2);
        Assert.False(large.IsCompleted);
        reader.Commit(3);
        await large;
        Assert.Single(_disk.Segments());
        Assert.True(reader.TryRead(out var record));
        Assert.Equal(5_000, record.Body.Length);

        reader.Commit(4);
        await Append(journal, 5, 5);
        Assert.Equal([5], reader.Numbers());
    }

    [Fact]
    public async Task Who_gives_up_in_a_full_journal_leaves_nothing_and_lets_the_next_one_pass()
    {
        await using var journal = Open(_disk, maxSize: MaxSize);
        using var reader = journal.OpenReader("splunk");
        await Append(journal, 1, 7);
        using var impatience = new CancellationTokenSource();
        var large = journal.AppendAsync(Submissions.Of(new string('x', 1_000)), impatience.Token).AsTask();
        var small = journal.AppendAsync(Numbered(8), Cancel).AsTask();
        await Until(() => journal.IsFull);
        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => large);
        await small;
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], reader.Numbers());
    }

    [Fact]
    public async Task A_journal_is_not_full_once_nobody_waits_for_room()
    {
        await using var journal = Open(_disk, maxSize: MaxSize);
        using var reader = journal.OpenReader("splunk");
        await Append(journal, 1, 8);
        using var impatience = new CancellationTokenSource();
        var waiting = journal.AppendAsync(Numbered(9), impatience.Token).AsTask();
        await Until(() => journal.IsFull);
        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await Until(() => !journal.IsFull);
    }

    [Fact]
    public async Task Closing_a_full_journal_tells_those_who_wait()
    {
        var journal = Open(_disk, maxSize: MaxSize);
        using var reader = journal.OpenReader("splunk");
        await Append(journal, 1, 8);
        var waiting = journal.AppendAsync(Numbered(9), Cancel).AsTask();
        await Until(() => journal.IsFull);
        await journal.DisposeAsync();
        await Assert.ThrowsAsync<IOException>(() => waiting);
        await Assert.ThrowsAsync<IOException>(() => journal.AppendAsync(Numbered(10), Cancel).AsTask());
    }

    private static async Task Append(SegmentJournal journal, int from, int to)
    {
        for (var i = from; i <= to; i++) await journal.AppendAsync(Numbered(i), Cancel);
    }

    private static async Task Until(Func<bool> condition)
    {
        while (!condition())
        {
            Cancel.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
