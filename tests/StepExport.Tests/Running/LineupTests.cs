using StepExport.Core.Delivery;
using StepExport.Testing.Delivery;

namespace StepExport.Tests.Running;

/// <summary>Sources and sinks are exchanged while others run, without a record lost or sent for nothing.</summary>
public sealed class LineupTests
{
    private static readonly long[] Ten = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

    [Fact]
    public async Task An_unchanged_sink_keeps_its_batch_in_flight()
    {
        var sending = new TaskCompletionSource<SendResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var rig = await LineupRig.StartAsync("a1 b1", prepare: r => r.Sinks["a1"] = new((_, send, _) => send == 1 ? sending.Task : Task.FromResult(SendResult.Delivered)));
        await rig.Rig.AppendAsync(10);
        await RunnerRig.UntilAsync(() => rig.Sinks["a1"].Sending == 1);

        Assert.Equal([], await rig.ChangeAsync("a1 b2 c1"));

        Assert.Equal(1, rig.Sinks["a1"].Sending);
        sending.SetResult(SendResult.Delivered);
        await rig.DeliverAsync();
        Assert.Equal(Ten, rig.Delivered("a1"));
        Assert.DoesNotContain("-a1", rig.Made);
        Assert.Equal(["a", "b", "c"], rig.Status.Sinks.Select(s => s.Name));
    }

    [Fact]
    public async Task A_changed_sink_finishes_its_batch_and_its_successor_goes_on_behind_it()
    {
        var sending = new TaskCompletionSource<SendResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var rig = await LineupRig.StartAsync("a1", prepare: r => r.Sinks["a1"] = new((_, _, _) => sending.Task));
        await rig.Rig.AppendAsync(5);
        await RunnerRig.UntilAsync(() => rig.Sinks["a1"].Sending == 1);

        // The clock stands still: the patience does not end.
        var change = rig.ChangeAsync("a2");
        Assert.False(change.IsCompleted);
        sending.SetResult(SendResult.Delivered);
        await change;
        await rig.Rig.AppendAsync(5);
        await rig.DeliverAsync();

        Assert.Equal(Ten[..5], rig.Delivered("a1"));
        Assert.Equal(Ten[5..], rig.Delivered("a2"));
        Assert.Equal((10L, 10L, 0), (rig.Status.Sinks[0].Delivered, rig.Status.Sinks[0].Committed, rig.Status.Sinks[0].InFlight));
    }

    [Fact]
    public async Task A_changed_sink_in_trouble_is_not_waited_for_and_its_successor_sends_all_of_it()
    {
        await using var rig = await LineupRig.StartAsync("a1", prepare: r => r.Sinks["a1"] = new((_, _) => SendResult.Retry("the destination is away", needsOperator: true)));
        await rig.Rig.AppendAsync(10);
        await RunnerRig.UntilAsync(() => !rig.Status.Sinks[0].Health.Current.Ok);

        // The clock stands still: no patience could end.
        await rig.ChangeAsync("a2");

        await rig.DeliverAsync();
        Assert.Equal(Ten, rig.Delivered("a2"));
    }

    [Fact]
    public async Task The_end_of_the_program_does_not_wait_for_a_sink_that_is_handed_over()
    {
        await using var rig = await LineupRig.StartAsync("a1", prepare: r => r.Sinks["a1"] = new(async (_, _, stop) =>
        {
            await Task.Delay(Timeout.Infinite, stop);
            return SendResult.Delivered;
        }));
        await rig.Rig.AppendAsync(5);
        await RunnerRig.UntilAsync(() => rig.Sinks["a1"].Sending == 1);
        var change = rig.ChangeAsync("a2");
        Assert.False(change.IsCompleted);

        // The clock stands still here too.
        await rig.Lineup.StopSourcesAsync();

        Assert.NotNull(await change);
        Assert.Null(await rig.ChangeAsync("a3"));
    }

    [Fact]
    public async Task A_removed_sink_is_retired_with_what_it_has_not_got_and_an_added_one_begins_as_it_is_told()
    {
        await using var rig = await LineupRig.StartAsync("a1 d1", prepare: r => r.Sinks["d1"] = new((batch, _) => batch[0].Sequence == 1 ? SendResult.Delivered : SendResult.Retry("full", needsOperator: true)));
        await rig.Rig.AppendAsync(10);
        await RunnerRig.UntilAsync(() => !rig.Status.Sinks[1].Health.Current.Ok);
        await RunnerRig.UntilAsync(() =>
        {
            rig.Rig.Time.Advance(TimeSpan.FromMilliseconds(50));
            return rig.Status.Sinks.Select(s => s.Committed).SequenceEqual([10L, 5L]);
        });

        await rig.ChangeAsync("a1 c1");

        var removed = Assert.Single(rig.Rig.Journal.Removed);
        Assert.Equal(("d", 5L), (removed.Sink, removed.Undelivered));
        await rig.DeliverAsync();
        Assert.Equal(Ten, rig.Delivered("c1"));
        await rig.ChangeAsync("a1 c1 d2");
        await rig.DeliverAsync();
        Assert.Equal([6, 7, 8, 9, 10], rig.Delivered("d2"));
        Assert.Empty(rig.Rig.Journal.Removed);
    }

    [Fact]
    public async Task A_sink_that_cannot_be_made_runs_on_as_it_did_and_the_others_are_exchanged()
    {
        await using var rig = await LineupRig.StartAsync("a1 b1");
        rig.Fails["a2"] = 0;
        rig.Fails["c1"] = 0;
        Assert.Equal(["sink a: a2 cannot be made; it runs on as it did", "sink c: c1 cannot be made"], await rig.ChangeAsync("a2 b2 c1"));
        await rig.Rig.AppendAsync(10);
        await rig.DeliverAsync();
        Assert.Equal((10, 10), (rig.Delivered("a1").Length, rig.Delivered("b2").Length));
        Assert.Equal(["a", "b"], rig.Lineup.Sinks.Select(s => s.Name));
        Assert.Equal("a1", rig.Lineup.Sinks[0].Section.Fingerprint);
    }

    [Fact]
    public async Task A_source_ends_before_its_successor_begins_and_the_others_run_on()
    {
        await using var rig = await LineupRig.StartAsync("a1", "x1 y1");
        await rig.ChangeAsync("a1", "x2 y1 z1");
        Assert.Equal(["+a1", "+x1", "+y1", "-x1", "+x2", "+z1"], rig.Made);
        Assert.Equal((false, true, true, true), (rig.Sources["x1"].IsRunning, rig.Sources["x2"].IsRunning, rig.Sources["y1"].IsRunning, rig.Sources["z1"].IsRunning));
        Assert.Equal(1, rig.Sources["y1"].Runs);
        await rig.ChangeAsync("a1", "y1");
        Assert.Equal(["y"], rig.Status.Sources.Select(s => s.Name));
        Assert.False(rig.Lineup.Ended.IsCompleted);
    }

    [Fact]
    public async Task A_source_that_cannot_start_runs_on_as_it_did()
    {
        await using var rig = await LineupRig.StartAsync("a1", "x1 y1");
        rig.Sources["x2"] = new() { Start = Failing("the port is taken") };
        Assert.Equal(["source x: the port is taken; it runs on as it did"], await rig.ChangeAsync("a1", "x2 y1"));
        Assert.True(rig.Sources["x1"].IsRunning);
        Assert.Equal((2, 1), (rig.Sources["x1"].Runs, rig.Sources["y1"].Runs));
        Assert.Equal("x1", rig.Lineup.Sources[0].Section.Fingerprint);
        Assert.False(rig.Lineup.Ended.IsCompleted);
    }

    [Fact]
    public async Task A_new_source_that_cannot_start_is_said_and_tried_again_until_it_can()
    {
        await using var rig = await LineupRig.StartAsync("a1", "x1");
        rig.Sources["n1"] = new() { Start = Failing("the port is taken") };
        Assert.Equal(["source n: the port is taken"], await rig.ChangeAsync("a1", "x1 n1"));
        await RunnerRig.UntilAsync(() => !rig.Status.Sources[1].Health.Current.Ok);
        rig.Sources["n1"].Start = new(TaskCreationOptions.RunContinuationsAsynchronously);
        rig.Sources["n1"].Start.SetResult();
        await RunnerRig.UntilAsync(() =>
        {
            rig.Rig.Time.Advance(TimeSpan.FromSeconds(1));
            return rig.Sources["n1"].IsRunning;
        });
        Assert.False(rig.Lineup.Ended.IsCompleted);
    }

    [Fact]
    public async Task The_end_of_the_last_source_is_the_end_but_not_while_it_is_exchanged()
    {
        await using var rig = await LineupRig.StartAsync("a1", "x1");
        await rig.ChangeAsync("a1", "x2");
        Assert.False(rig.Lineup.Ended.IsCompleted);
        rig.Sources["x2"].End.SetResult();
        await rig.Lineup.Ended.WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Nothing_is_exchanged_before_the_start()
    {
        await using var rig = await LineupRig.StartAsync("a1", start: false);
        var change = rig.ChangeAsync("a2", "src2");
        Assert.False(change.IsCompleted);
        rig.Lineup.Start();
        Assert.Equal([], await change);
        Assert.Equal((1, 1), (rig.Sources["src1"].Runs, rig.Sources["src2"].Runs));
        await rig.Rig.AppendAsync(5);
        await rig.DeliverAsync();
        Assert.Equal([1, 2, 3, 4, 5], rig.Delivered("a2"));
    }

    [Fact]
    public async Task The_programs_own_sink_gets_everything_and_no_change_touches_it()
    {
        await using var rig = await LineupRig.StartAsync("a1", builtIn: "own1");
        await rig.Rig.AppendAsync(5);
        await rig.DeliverAsync();

        await rig.ChangeAsync("b1");
        await rig.Rig.AppendAsync(5);
        await rig.DeliverAsync();

        Assert.Equal(Ten, rig.Delivered("own1"));
        Assert.Equal(["b", "own"], rig.Status.Sinks.Select(s => s.Name));
        Assert.Equal(["b"], rig.Lineup.ConfiguredSinks.Select(s => s.Name));
        Assert.DoesNotContain(rig.Status.Journal().Removed, removed => removed.Sink == "own");
    }

    private static TaskCompletionSource Failing(string reason)
    {
        var start = new TaskCompletionSource();
        start.SetException(new IOException(reason));
        return start;
    }
}
