using StepExport.Core.Journal;
using StepExport.Testing.Journal;
using static StepExport.Tests.Journal.JournalOnDisk;

namespace StepExport.Tests.Journal;

/// <summary>Where a sink begins that was not there before.</summary>
public sealed class NewSinkTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(StartFrom.Oldest, new[] { 3, 4, 5, 6, 7 })]
    [InlineData(StartFrom.Now, new[] { 7 })]
    internal async Task A_new_sink_begins_with_what_is_left_or_with_what_comes_after(StartFrom from, int[] expected)
    {
        var disk = await SixRecordsAsync();
        await using var journal = JournalOnDisk.Open(disk);
        using var bus = journal.OpenReader("bus");
        bus.ReadAll();
        bus.Commit(3);
        using var late = journal.OpenReader("late", from);
        await journal.AppendAsync(Numbered(7), Cancel);
        Assert.Equal(expected, late.Numbers());
    }

    [Theory]
    [InlineData(StartFrom.Oldest, StartFrom.Now, 1)]
    [InlineData(StartFrom.Now, StartFrom.Oldest, 7)]
    internal async Task The_choice_is_made_once_whatever_is_configured_later(StartFrom first, StartFrom later, int begins)
    {
        var disk = await SixRecordsAsync();
        await using (var journal = JournalOnDisk.Open(disk)) journal.OpenReader("late", first).Dispose();
        var left = disk.AfterPowerLoss();
        await using var again = JournalOnDisk.Open(left);
        await again.AppendAsync(Numbered(7), Cancel);
        using var late = again.OpenReader("late", later);
        Assert.Equal(Enumerable.Range(begins, 8 - begins), late.Numbers());
    }

    [Fact]
    public async Task A_damaged_cursor_begins_with_the_oldest_record_although_now_is_configured()
    {
        var disk = await SixRecordsAsync();
        await using (var journal = JournalOnDisk.Open(disk)) journal.OpenReader("late", StartFrom.Now).Dispose();
        disk.Damage("late.cursor", bytes => new byte[bytes.Length]);
        await using var again = JournalOnDisk.Open(disk);
        using var late = again.OpenReader("late", StartFrom.Now);
        Assert.Equal([1, 2, 3, 4, 5, 6], late.Numbers());
    }

    [Fact]
    public async Task A_sink_that_is_added_while_records_flow_misses_none_of_what_it_was_promised()
    {
        var disk = new FaultyStorage();
        await using var journal = JournalOnDisk.Open(disk);
        using var bus = journal.OpenReader("bus");
        var writing = Task.Run(async () =>
        {
            for (var number = 1; number <= 400; number++)
            {
                await journal.AppendAsync(Numbered(number), Cancel);
                if (bus.ReadAll() is [.., var last]) bus.Commit(last.Sequence);
            }
        }, Cancel);
        for (var sink = 0; !writing.IsCompleted; sink++)
        {
            using var added = journal.OpenReader($"sink{sink}", sink % 2 == 0 ? StartFrom.Oldest : StartFrom.Now);
            var begins = added.Next;
            var end = journal.DurableSequence;
            Assert.Equal(Enumerable.Range((int)begins, (int)(end + 1 - begins)), added.Numbers().TakeWhile(number => number <= end));
            added.Commit(journal.DurableSequence);
        }

        await writing;
        Assert.Equal(0, journal.Damages);
    }
}
