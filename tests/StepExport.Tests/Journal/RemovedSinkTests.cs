using Microsoft.Extensions.Time.Testing;
using StepExport.Core.Journal;
using StepExport.Testing;
using StepExport.Testing.Journal;
using static StepExport.Tests.Journal.JournalOnDisk;

namespace StepExport.Tests.Journal;

/// <summary>Sinks that are taken out of the configuration, and come back or do not. Six records lie in three segments. Every fault in
/// between: <see cref="SinkLifeCrashTests"/>.</summary>
public sealed class RemovedSinkTests : IDisposable
{
    private readonly FakeTimeProvider _time = new(new(2026, 7, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly LogLines _log = new();
    private readonly FaultyStorage _disk = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _log.Dispose();

    [Fact]
    public async Task A_removed_sink_holds_its_records_for_its_time_and_then_lets_go_of_them_by_itself()
    {
        await RunTwoAsync(done: 2);
        await using var journal = Open();
        using var bus = journal.OpenReader("bus");
        journal.Retire(["bus"]);
        Assert.Equal(
            ["Warning: Sink splunk is not in the configuration any more; 4 records were not delivered to it. They are held until 2026-07-01 13:00:00Z, or until the journal runs short of room, and are let go then; put back before, the sink goes on where it was"],
            _log.Take());
        Finish(bus);
        _time.Advance(TimeSpan.FromMinutes(59.9));
        Assert.Equal(2, _disk.Segments().Length);
        var held = Assert.Single(journal.Removed);
        Assert.Equal(("splunk", 4L, _time.Start.AddHours(1)), (held.Sink, held.Undelivered, held.HeldUntil));

        _time.Advance(TimeSpan.FromMinutes(0.2));
        Assert.Single(_disk.Segments());
        Assert.Equal(["Warning: Sink splunk was removed more than 3600 s ago: 4 records that were held for it are let go"], _log.Take());
        await journal.AppendAsync(Numbered(7), Cancel);
        Assert.Equal(new("splunk", _time.Start, null, 4), Assert.Single(journal.Removed));
    }

    [Fact]
    public async Task A_sink_that_is_back_in_time_goes_on_where_it_was_after_a_restart_too()
    {
        await RunTwoAsync(done: 3);
        await using (var journal = Open())
        {
            using var bus = journal.OpenReader("bus");
            journal.Retire(["bus"]);
            Finish(bus);
        }

        _time.Advance(TimeSpan.FromMinutes(59));
        await using (var again = Open())
        {
            using var bus = again.OpenReader("bus");
            again.Retire(["bus"]);
            Assert.Equal(2, _disk.Segments().Length);
            _log.Take();
            using var splunk = again.OpenReader("splunk");
            Assert.Equal(["Information: Sink splunk is back in the configuration and goes on where it was: 3 records wait for it"], _log.Take());
            Assert.Equal([4, 5, 6], splunk.Numbers());
            Assert.Empty(again.Removed);
            _time.Advance(TimeSpan.FromHours(2));
            Assert.Equal(2, _disk.Segments().Length);
        }

        await using var last = Open();
        using var both = last.OpenReader("splunk");
        last.Retire(["bus", "splunk"]);
        Assert.Equal(3, both.Cursor);
        Assert.Empty(_log.Take());
    }

    [Fact]
    public async Task A_sink_that_is_back_too_late_starts_from_what_is_left_and_the_number_of_those_it_missed_is_said_once()
    {
        await RunTwoAsync(done: 1);
        await using (var journal = Open(hold: TimeSpan.Zero))
        {
            using var bus = journal.OpenReader("bus");
            Finish(bus);
            Assert.Equal(3, _disk.Segments().Length);
            journal.Retire(["bus"]);
            Assert.Equal(["Warning: Sink splunk is not in the configuration any more; 5 records were not delivered to it, and are let go (journal.holdRemoved is 0s)"], _log.Take());
            Assert.Single(_disk.Segments());
        }

        await using (var later = Open())
        {
            using var splunk = later.OpenReader("splunk");
            Assert.Equal(["Warning: Sink splunk is back in the configuration, and has missed 3 records that were let go meanwhile; it goes on with record 5"], _log.Take());
            Assert.Equal([5, 6], splunk.Numbers());
            Assert.Equal(4, splunk.Cursor);
            Assert.Equal(0, later.Damages);
        }

        await using var last = Open();
        using var again = last.OpenReader("splunk");
        Assert.Empty(_log.Take());
    }

    [Fact]
    public async Task What_nobody_else_needs_is_let_go_when_the_journal_is_four_fifths_full()
    {
        const long maxSize = 4 * (StartLength + 2 * FrameLength);
        await RunTwoAsync(done: 0);
        await using var journal = Open(maxSize: maxSize);
        using var bus = journal.OpenReader("bus");
        journal.Retire(["bus"]);
        bus.ReadAll();
        _log.Take();

        // Three segments are below it; the bus waits for the first record too, so letting go of it would free nothing.
        await journal.AppendAsync(Numbered(7), Cancel);
        Assert.True(journal.Bytes > maxSize / 5 * 4);
        Assert.Empty(_log.Take());

        bus.Commit(2);
        Assert.Equal([$"Warning: Sink splunk was removed, and the journal runs short of room ({maxSize - FrameLength} of {maxSize} bytes): 7 records that were held for it are let go"], _log.Take());
        Assert.Equal(3, _disk.Segments().Length);
    }

    [Fact]
    public async Task A_submission_that_does_not_fit_is_reason_enough_to_let_go()
    {
        const long maxSize = 4 * (StartLength + 2 * FrameLength);
        await RunTwoAsync(done: 0);
        await using var journal = Open(maxSize: maxSize);
        using var bus = journal.OpenReader("bus");
        journal.Retire(["bus"]);
        Finish(bus);
        Assert.True(journal.Bytes <= maxSize / 5 * 4);
        Assert.Equal(3, _disk.Segments().Length);

        await journal.AppendAsync(Submissions.Of(new string('x', 2 * FrameLength)), Cancel);
        Assert.NotNull(journal.Removed[0]);
        Assert.Null(journal.Removed[0].HeldUntil);
    }

    [Fact]
    public async Task A_removal_that_cannot_be_written_down_holds_and_is_tried_again_every_second()
    {
        await RunTwoAsync(done: 2);
        await using var journal = Open(hold: TimeSpan.Zero);
        using var bus = journal.OpenReader("bus");
        Finish(bus);
        _disk.Inject = (_, operation, file) => file == "splunk.cursor" && operation == StorageOperation.Sync ? StorageFault.IoError : StorageFault.None;
        journal.Retire(["bus"]);
        _time.Advance(TimeSpan.FromSeconds(1.5));
        Assert.Equal(2, _disk.Segments().Length);
        Assert.StartsWith("Error: What becomes of the removed sink splunk cannot be written down", Assert.Single(_log.Take()), StringComparison.Ordinal);

        _disk.Inject = (_, _, _) => StorageFault.None;
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Single(_disk.Segments());
        Assert.StartsWith("Warning: Sink splunk is not in the configuration any more; 4 records", Assert.Single(_log.Take()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_clock_that_was_ahead_does_not_hold_for_longer_than_asked()
    {
        await RunTwoAsync(done: 2);
        var ahead = new FakeTimeProvider(_time.Start.AddYears(3));
        await using (var journal = JournalOnDisk.Open(_disk, time: ahead))
        {
            using var bus = journal.OpenReader("bus");
            journal.Retire(["bus"]);
        }

        await using var now = Open();
        using var reader = now.OpenReader("bus");
        Finish(reader);
        now.Retire(["bus"]);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Single(_disk.Segments());
    }

    [Fact]
    public async Task A_sink_without_a_reader_for_a_moment_is_not_removed()
    {
        await RunTwoAsync(done: 2);
        await using var journal = Open(hold: TimeSpan.Zero);
        var splunk = journal.OpenReader("splunk");
        using var bus = journal.OpenReader("bus");
        Finish(bus);
        splunk.Dispose();
        journal.Retire(["bus", "splunk"]);
        using var next = journal.OpenReader("splunk");
        splunk.Dispose();
        Assert.Throws<InvalidOperationException>(() => journal.OpenReader("splunk"));
        Assert.Equal([3, 4, 5, 6], next.Numbers());
        Assert.Empty(_log.Take());
    }

    /// <summary>Six records; "bus" has done nothing, "splunk" the first few.</summary>
    private async Task RunTwoAsync(int done)
    {
        await using var journal = JournalOnDisk.Open(_disk, time: _time);
        using var splunk = journal.OpenReader("splunk");
        using var bus = journal.OpenReader("bus");
        for (var number = 1; number <= 6; number++) await journal.AppendAsync(Numbered(number), Cancel);
        splunk.ReadAll();
        splunk.Commit(done);
    }

    private SegmentJournal Open(TimeSpan? hold = null, long maxSize = 1_000_000) =>
        JournalOnDisk.Open(_disk, maxSize: maxSize, time: _time, holdRemoved: hold, loggers: _log);

    private static void Finish(JournalReader reader) => reader.Commit(reader.ReadAll()[^1].Sequence);
}
