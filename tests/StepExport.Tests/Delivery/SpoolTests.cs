using StepExport.Core.Delivery;
using StepExport.Core.Journal;
using StepExport.Core.Model;
using StepExport.Testing;
using StepExport.Testing.Delivery;

namespace StepExport.Tests.Delivery;

/// <summary>Batches on disk while all is well: what closes them, and what is kept of them.</summary>
public sealed class SpoolTests
{
    private readonly Bucket _bucket = new();

    /// <summary>Nothing but what a test names closes a batch.</summary>
    private static SinkSettings Patient { get; } =
        RunnerRig.Settings with { BatchMaxEvents = int.MaxValue, BatchMaxBytes = long.MaxValue, BatchMaxAge = TimeSpan.FromDays(10) };

    [Fact]
    public async Task Every_record_arrives_once_and_nothing_is_left_behind()
    {
        await using var rig = await RunnerRig.StartAsync(records: 95);
        var sink = new ScriptedSpoolingSink(_bucket);
        await using var running = rig.Run(sink, Patient with { BatchMaxEvents = 10 });

        await running.DrainAtOnceAsync();
        await RunnerRig.UntilAsync(() => sink.Alive == 0);

        Assert.Equal(Sequences(1, 95), _bucket.Sequences);
        Assert.Equal([.. Enumerable.Repeat(10, 9), 5], sink.Spools.Select(s => s.Sequences.Count));
        Assert.All(sink.Spools, spool => Assert.False(spool.Replayed));
        Assert.Equal((95, 0, 0, 95), (running.Metrics.Delivered, running.Metrics.Retried, running.Metrics.InFlight, running.Metrics.Committed));
        Assert.Equal((95, 0, 0), (running.Reader.Cursor, running.Metrics.OldestUndeliveredMs, running.Reader.Cuts.Count));
    }

    [Fact]
    public async Task The_size_of_the_largest_object_closes_a_batch()
    {
        await using var rig = await RunnerRig.StartAsync(records: 0);
        await rig.AppendAsync(12, r => r with { Padding = 10_000, Repository = r.Number % 3 == 0 ? "acme/b" : "acme/a" });
        var sink = new ScriptedSpoolingSink(_bucket);
        await using var running = rig.Run(sink, Patient with { BatchMaxBytes = 40_000 });

        await RunnerRig.UntilAsync(() => _bucket.Names.Count == 4);

        Assert.Equal(["acme/a/1-5", "acme/a/7-11", "acme/b/3-3", "acme/b/6-9"], _bucket.Names);
    }

    [Fact]
    public async Task Age_counts_from_the_first_record_even_while_records_keep_coming()
    {
        await using var rig = await RunnerRig.StartAsync(records: 25);
        var sink = new ScriptedSpoolingSink(_bucket) { BeforeFlush = _ => rig.Time.Advance(TimeSpan.FromSeconds(1)) };
        await using var running = rig.Run(sink, Patient with { BatchMaxAge = TimeSpan.FromSeconds(10) });

        await RunnerRig.UntilAsync(() => _bucket.Names.Count == 2 && running.Metrics.Delivered == 20 && sink.Spools[^1].Sequences.Count == 5);
        Assert.Equal(["acme/shop/1-10", "acme/shop/11-20"], _bucket.Names);

        rig.Time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(2, _bucket.Names.Count);
        rig.Time.Advance(TimeSpan.FromSeconds(1));
        await RunnerRig.UntilAsync(() => _bucket.Names.Count == 3);
    }

    [Fact]
    public async Task A_drain_and_a_stop_close_the_batch()
    {
        await using var rig = await RunnerRig.StartAsync(records: 7);
        await using var running = rig.Run(new ScriptedSpoolingSink(_bucket), Patient);
        await RunnerRig.UntilAsync(() => running.Reader.Next == 8);
        Assert.Empty(_bucket.Names);

        running.StopReading();
        await running.Run;
        Assert.Equal(["acme/shop/1-7"], _bucket.Names);

        await rig.RestartAsync();
        await rig.AppendAsync(2);
        await using var again = rig.Run(new ScriptedSpoolingSink(_bucket), Patient);
        await again.DrainAtOnceAsync();
        Assert.Equal(["acme/shop/1-7", "acme/shop/8-9"], _bucket.Names);
    }

    [Fact]
    public async Task A_full_journal_closes_batches_and_ten_times_its_size_goes_through()
    {
        await using var rig = RunnerRig.StartSmall(journalSize: 20_000);
        await using var running = rig.Run(new ScriptedSpoolingSink(_bucket), Patient);

        for (var i = 0; i < 200; i++) await rig.AppendAsync(10).WaitAsync(Hangs.After, TestContext.Current.CancellationToken);
        await running.DrainAtOnceAsync();

        Assert.Equal(Sequences(1, 2000), _bucket.Sequences);
        Assert.Equal(rig.Time.Start, rig.Time.GetUtcNow());
    }

    [Fact]
    public async Task A_record_for_which_the_spool_has_no_room_begins_the_next()
    {
        await using var rig = await RunnerRig.StartAsync(records: 10);
        var sink = new ScriptedSpoolingSink(_bucket) { HasRoom = (_, sequence) => sequence != 4 };
        await using var running = rig.Run(sink, Patient);

        await running.DrainAtOnceAsync();

        Assert.Equal(["acme/shop/1-3", "acme/shop/4-10"], _bucket.Names);
    }

    [Fact]
    public async Task Not_more_spools_are_on_disk_than_are_in_flight_and_two()
    {
        await using var rig = await RunnerRig.StartAsync(records: 200);
        var permits = new SemaphoreSlim(0);
        var sink = new ScriptedSpoolingSink(_bucket, async (spool, _, stop) =>
        {
            await permits.WaitAsync(stop);
            return spool.Put();
        });
        await using var running = rig.Run(sink, Patient with { BatchMaxEvents = 10, InFlight = 3 });

        await RunnerRig.UntilAsync(() => sink.Sending == 3 && running.Reader.Cuts.Count == 5);
        Assert.Equal((5, 51), (sink.Alive, running.Reader.Next));
        permits.Release(20);
        await running.DrainAtOnceAsync();

        Assert.Equal(5, sink.MostAlive);
        Assert.Equal(Sequences(1, 200), _bucket.Sequences);
    }

    [Fact]
    public async Task While_one_batch_is_stuck_others_go_on_as_far_as_cuts_can_be_kept()
    {
        await using var rig = await RunnerRig.StartAsync(records: 300);
        var stuck = new TaskCompletionSource();
        var sink = new ScriptedSpoolingSink(_bucket, async (spool, _, stop) =>
        {
            if (spool.Sequences[0] == 1) await stuck.Task.WaitAsync(stop);
            return spool.Put();
        });
        await using var running = rig.Run(sink, Patient with { BatchMaxEvents = 1 });

        await RunnerRig.UntilAsync(() => _bucket.Names.Count == JournalReader.MaxCuts - 1 && running.Reader.Next == JournalReader.MaxCuts + 2);
        Assert.Equal(0, running.Reader.Cursor);
        Assert.Equal(Sequences(1, JournalReader.MaxCuts), running.Reader.Cuts);

        stuck.SetResult();
        await RunnerRig.UntilAsync(() => _bucket.Names.Count == 300);
        Assert.Equal(rig.Time.Start, rig.Time.GetUtcNow());
    }

    [Fact]
    public async Task What_the_filter_refuses_neither_holds_the_cursor_nor_closes_a_batch()
    {
        await using var rig = await RunnerRig.StartAsync(records: 0);
        await rig.AppendAsync(20_000, r => r with { Severity = r.Number % 1000 == 1 ? Severity.High : Severity.Low });
        var filter = RecordFilter.Create(Severity.Medium, ["*"], ["*"]);
        await using var running = rig.Run(new ScriptedSpoolingSink(_bucket), Patient with { Filter = filter, BatchMaxEvents = 10 });

        await running.DrainAtOnceAsync();

        Assert.Equal(["acme/shop/1-9001", "acme/shop/10001-19001"], _bucket.Names);
        Assert.Equal((19_980, 20_000), (running.Metrics.Filtered, running.Metrics.Committed));
    }

    private static IEnumerable<long> Sequences(int first, int last) => Enumerable.Range(first, last - first + 1).Select(i => (long)i);
}
