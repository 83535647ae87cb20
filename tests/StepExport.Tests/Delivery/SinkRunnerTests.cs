using StepExport.Core.Delivery;
using StepExport.Core.Model;
using StepExport.Testing.Delivery;

namespace StepExport.Tests.Delivery;

public sealed class SinkRunnerTests
{
    [Fact]
    public async Task Delivers_every_record_once_in_order_and_moves_the_cursor()
    {
        await using var rig = await RunnerRig.StartAsync(records: 95);
        var sink = ScriptedSink.TakesEverything();
        await using var running = rig.Run(sink, RunnerRig.Settings with { InFlight = 1 });

        await running.DrainAtOnceAsync();

        Assert.Equal(Sequences(1, 95), sink.Delivered);
        Assert.Equal([.. Enumerable.Repeat(10, 9), 5], sink.Sends.Select(s => s.Length));
        Assert.Equal(95, running.Reader.Cursor);
        Assert.Equal((95, 0, 0, 95), (running.Metrics.Delivered, running.Metrics.Retried, running.Metrics.InFlight, running.Metrics.Committed));
        Assert.Equal(0, running.Metrics.OldestUndeliveredMs);
    }

    [Fact]
    public async Task A_batch_that_is_not_full_waits_for_its_age_and_no_longer()
    {
        await using var rig = await RunnerRig.StartAsync(records: 3);
        var sink = ScriptedSink.TakesEverything();
        await using var running = rig.Run(sink, RunnerRig.Settings with { BatchMaxAge = TimeSpan.FromSeconds(1) });
        await RunnerRig.UntilAsync(() => running.Metrics.OldestUndeliveredMs > 0);

        await rig.AdvanceUntilAsync(RunnerRig.UntilAsync(() => sink.Delivered.Count == 3), TimeSpan.FromMilliseconds(1));

        Assert.Single(sink.Sends);
        Assert.InRange((rig.Time.GetUtcNow() - rig.Time.Start).TotalMilliseconds, 999, 60_000);
    }

    [Fact]
    public async Task A_full_batch_waits_for_nothing()
    {
        await using var rig = await RunnerRig.StartAsync(records: 20);
        var sink = ScriptedSink.TakesEverything();
        await using var running = rig.Run(sink);

        await RunnerRig.UntilAsync(() => sink.Delivered.Count == 20);

        Assert.Equal(rig.Time.Start, rig.Time.GetUtcNow());
    }

    [Fact]
    public async Task Batches_are_closed_by_bytes_and_a_larger_record_goes_alone()
    {
        await using var rig = await RunnerRig.StartAsync(records: 0);
        await rig.AppendAsync(5, r => r.Number == 3 ? r with { Padding = 50_000 } : r);
        var sink = ScriptedSink.TakesEverything();
        await using var running = rig.Run(sink, RunnerRig.Settings with { BatchMaxBytes = 5_000, InFlight = 1 });

        await running.DrainAtOnceAsync();

        Assert.Equal([[1, 2], [3], [4, 5]], sink.Sends);
    }

    [Fact]
    public async Task What_the_filter_refuses_is_never_sent_and_does_not_hold_the_cursor()
    {
        await using var rig = await RunnerRig.StartAsync(records: 0);
        await rig.AppendAsync(10_000, r => r with { Severity = r.Number % 1000 == 1 ? Severity.High : Severity.Low });
        var sink = ScriptedSink.TakesEverything();
        var filter = RecordFilter.Create(Severity.Medium, ["*"], ["*"]);
        await using var running = rig.Run(sink, RunnerRig.Settings with { Filter = filter });

        await running.DrainAtOnceAsync();

        Assert.Equal(Enumerable.Range(0, 10).Select(i => i * 1000L + 1), sink.Delivered.Order());
        Assert.Equal((9_990, 10_000), (running.Metrics.Filtered, running.Metrics.Committed));
    }

    [Fact]
    public async Task A_batch_does_not_wait_behind_a_long_run_of_refused_records()
    {
        await using var rig = await RunnerRig.StartAsync(records: 0);
        await rig.AppendAsync(5_000, r => r with { Severity = r.Number == 1 ? Severity.High : Severity.Low });
        var sink = ScriptedSink.TakesEverything();
        var filter = RecordFilter.Create(Severity.Medium, ["*"], ["*"]);
        await using var running = rig.Run(sink, RunnerRig.Settings with { Filter = filter });

        await RunnerRig.UntilAsync(() => sink.Delivered.Count == 1);

        Assert.Equal(rig.Time.Start, rig.Time.GetUtcNow());
    }

    [Fact]
    public async Task The_cursor_waits_for_the_oldest_batch_and_a_restart_begins_there()
    {
        await using var rig = await RunnerRig.StartAsync(records: 40);
        var oldest = new TaskCompletionSource<SendResult>();
        var sink = new ScriptedSink((batch, _, stop) => batch[0].Sequence == 11 ? oldest.Task.WaitAsync(stop) : Task.FromResult(SendResult.Delivered));
        await using (var running = rig.Run(sink))
        {
            await RunnerRig.UntilAsync(() => sink.Delivered.Count == 30 && running.Reader.Cursor == 10);
            Assert.Equal(10, running.Metrics.Committed);
            Assert.NotEqual(0, running.Metrics.OldestUndeliveredMs);
        }

        await rig.RestartAsync();
        var afterwards = ScriptedSink.TakesEverything();
        await using var again = rig.Run(afterwards, RunnerRig.Settings with { InFlight = 1 });
        await again.DrainAtOnceAsync();
        Assert.Equal(Sequences(11, 40), afterwards.Delivered);
    }

    [Fact]
    public async Task Stop_delivers_what_was_read_before_the_runner_ends()
    {
        await using var rig = await RunnerRig.StartAsync(records: 7);
        var sink = ScriptedSink.TakesEverything();
        await using var running = rig.Run(sink);
        await RunnerRig.UntilAsync(() => running.Metrics.OldestUndeliveredMs > 0);

        running.StopReading();
        await running.Run;

        // The stop may come between any two reads; what was read before it has arrived, and the cursor says so.
        Assert.InRange(running.Reader.Cursor, 1, 7);
        Assert.Equal(Sequences(1, (int)running.Reader.Cursor), sink.Delivered);
    }

    [Fact]
    public async Task The_end_of_the_drain_time_cancels_the_sends_and_loses_nothing()
    {
        await using var rig = await RunnerRig.StartAsync(records: 25);
        var sink = new ScriptedSink(async (_, _, stop) =>
        {
            await Task.Delay(Timeout.Infinite, stop);
            return SendResult.Delivered;
        });
        await using var running = rig.Run(sink);
        var drained = running.Runner.DrainAsync(25, TestContext.Current.CancellationToken);
        await RunnerRig.UntilAsync(() => sink.Sending == 3);

        running.StopReading();
        running.Abandon();
        await running.Run;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => drained);
        Assert.Equal((0, 0), (running.Reader.Cursor, sink.Sending));
    }

    [Fact]
    public async Task Not_more_batches_are_sent_at_the_same_time_than_allowed()
    {
        await using var rig = await RunnerRig.StartAsync(records: 500);
        var permits = new SemaphoreSlim(0);
        var sink = new ScriptedSink(async (_, _, stop) =>
        {
            await permits.WaitAsync(stop);
            return SendResult.Delivered;
        });
        await using var running = rig.Run(sink, RunnerRig.Settings with { InFlight = 3 });

        await RunnerRig.UntilAsync(() => sink.Sending == 3);
        permits.Release(50);
        await running.DrainAtOnceAsync();

        Assert.Equal((3, 50), (sink.MostAtOnce, sink.Sends.Count));
    }

    [Fact]
    public async Task A_sink_in_trouble_does_not_delay_another()
    {
        await using var rig = await RunnerRig.StartAsync(records: 200, "dead", "alive");
        var down = true;
        var dead = new ScriptedSink((_, _) => down ? SendResult.Retry("connection refused") : SendResult.Delivered);
        var alive = ScriptedSink.TakesEverything();
        await using var first = rig.Run(dead, name: "dead");
        await using var second = rig.Run(alive, name: "alive");

        await second.DrainAtOnceAsync();
        Assert.Equal((0, 200), (first.Reader.Cursor, alive.Delivered.Count));

        down = false;
        await first.DrainAsync();
        Assert.Equal(Sequences(1, 200), dead.Delivered.Order());
    }

    private static IEnumerable<long> Sequences(int first, int last) => Enumerable.Range(first, last - first + 1).Select(i => (long)i);
}
