using StepExport.Core.Journal;
using StepExport.Testing.Journal;
using static StepExport.Tests.Journal.JournalOnDisk;

namespace StepExport.Tests.Journal;

/// <summary>A look at what becomes durable, which holds nothing and waits for nothing.</summary>
public sealed class JournalTailTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_begins_with_what_comes_next_and_goes_over_segments()
    {
        var disk = await SixRecordsAsync();
        await using var journal = Open(disk);
        using var tail = journal.OpenTail();
        Assert.False(tail.TryRead(out _));

        for (var number = 7; number <= 12; number++) await journal.AppendAsync(Numbered(number), Stop);
        await tail.WaitAsync(Stop);

        Assert.Equal([7, 8, 9, 10, 11, 12], Read(tail));
        Assert.Equal((0, 0), (tail.Skipped, tail.Behind));
    }

    [Fact]
    public async Task What_it_is_told_to_leave_out_is_counted()
    {
        await using var journal = Open(new FaultyStorage());
        using var tail = journal.OpenTail();
        for (var number = 1; number <= 5; number++) await journal.AppendAsync(Numbered(number), Stop);
        Assert.True(tail.TryRead(out _));
        Assert.Equal(4, tail.Behind);

        tail.SkipToEnd();
        await journal.AppendAsync(Numbered(6), Stop);

        Assert.Equal([6], Read(tail));
        Assert.Equal(4, tail.Skipped);
    }

    [Fact]
    public async Task Segments_that_are_deleted_under_it_are_counted_and_hold_nobody_up()
    {
        var disk = new FaultyStorage();
        await using var journal = Open(disk);
        using var sink = journal.OpenReader("splunk");
        using var tail = journal.OpenTail();
        for (var number = 1; number <= 9; number++) await journal.AppendAsync(Numbered(number), Stop);
        sink.Commit(9);
        Assert.Single(disk.Segments());

        var read = Read(tail);

        Assert.Equal(9, tail.Skipped + read.Count);
        Assert.True(tail.Skipped > 0, "the deleted records were read after all");
        Assert.Equal(0, tail.Behind);
    }

    private static List<int> Read(JournalTail tail)
    {
        var numbers = new List<int>();
        while (tail.TryRead(out var record)) numbers.Add(int.Parse(record.Text().TrimEnd('.'), System.Globalization.CultureInfo.InvariantCulture));
        return numbers;
    }
}
