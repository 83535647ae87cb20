using StepExport.Core.Delivery;
using StepExport.Testing.Delivery;

namespace StepExport.Tests.Sinks;

/// <summary>What every sink has to hold, run with the real runner, journal and dead letters. A sink's own test class inherits it
/// and says how to set up the sink and its destination.</summary>
public abstract class SinkContractTests
{
    private const int Records = 60;

    private protected abstract Task<SinkUnderTest> StartAsync();

    [Fact]
    public async Task Every_record_arrives_once_when_all_is_well()
    {
        await using var rig = await RunnerRig.StartAsync(Records);
        await using var destination = await StartAsync();
        await using var running = rig.Run(destination.Sink);

        await running.DrainAsync();

        Assert.Equal(Uids(1, Records).Order(), (await destination.ArrivedAsync()).Order());
        Assert.Equal((Records, 0), (running.Metrics.Delivered, rig.DeadLetters.Count));
        Assert.True(destination.Metrics.BytesSent > 0, "the sink counts the bytes it sends");
    }

    [Fact]
    public async Task The_order_inside_a_batch_and_of_one_sender_is_kept()
    {
        await using var rig = await RunnerRig.StartAsync(Records);
        await using var destination = await StartAsync();
        await using var running = rig.Run(destination.Sink, RunnerRig.Settings with { InFlight = 1 });

        await running.DrainAsync();

        Assert.Equal(Uids(1, Records), await destination.ArrivedAsync());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Sends_that_fail_at_random_lose_nothing(int seed)
    {
        await using var rig = await RunnerRig.StartAsync(Records);
        await using var destination = await StartAsync();
        var dice = new Random(seed);
        var flaky = new SinkBehind(destination.Sink, async (_, _, _, send) =>
        {
            int side;
            lock (dice) side = dice.Next(3);
            if (side == 0) return SendResult.Retry("lost on the way there");
            var result = await send();
            return side == 1 ? SendResult.Retry("the answer was lost") : result;
        });
        await using var running = rig.Run(flaky);

        await running.DrainAsync();

        Assert.Equal(Uids(1, Records).Order(), (await destination.ArrivedAsync()).Distinct().Order());
        Assert.Equal(Records, running.Reader.Cursor);
    }

    [Fact]
    public async Task A_poison_record_costs_itself_alone()
    {
        await using var rig = await RunnerRig.StartAsync(Records);
        await using var destination = await StartAsync();
        var refusing = new SinkBehind(destination.Sink, (batch, _, _, send) =>
            batch.Records.ToArray().Any(r => r.Sequence == 17) ? ValueTask.FromResult(SendResult.Rejected("never")) : send());
        await using var running = rig.Run(refusing);

        await running.DrainAsync();

        Assert.Equal(17, Assert.Single(rig.DeadLetters.List()).Letter.Sequence);
        Assert.Equal(Uids(1, Records).Except(Uids(17, 17)).Order(), (await destination.ArrivedAsync()).Order());
    }

    [Fact]
    public async Task A_sink_that_throws_or_answers_too_late_is_asked_again()
    {
        await using var rig = await RunnerRig.StartAsync(Records);
        await using var destination = await StartAsync();
        var late = new SinkBehind(destination.Sink, async (_, number, stop, send) =>
        {
            if (number % 5 == 1) throw new InvalidOperationException("a bug");
            if (number % 5 == 2) await Task.Delay(Timeout.Infinite, stop);
            return await send();
        });
        await using var running = rig.Run(late, RunnerRig.Settings with { Timeout = TimeSpan.FromHours(1) });

        await running.DrainAsync();

        Assert.Equal(Uids(1, Records).Order(), (await destination.ArrivedAsync()).Distinct().Order());
    }

    [Fact]
    public async Task Concurrent_sends_do_not_mix()
    {
        await using var destination = await StartAsync();
        var results = await Task.WhenAll(Enumerable.Range(0, 16).Select(i =>
            Task.Run(() => destination.Sink.SendAsync(SomeBatch.Range(i * 20 + 1, 20), CancellationToken.None).AsTask())));

        Assert.All(results, result => Assert.Equal(RecordOutcome.Delivered, result.Outcome));
        var arrived = await destination.ArrivedAsync();
        Assert.Equal(Uids(1, 320).Order(), arrived.Order());
        var batches = Enumerable.Range(0, 16).Select(i => string.Join(' ', Uids(i * 20 + 1, i * 20 + 20)));
        Assert.Equal(batches.Order(), arrived.Chunk(20).Select(batch => string.Join(' ', batch)).Order());
    }

    [Fact]
    public async Task A_cancelled_send_ends_and_the_sink_works_on()
    {
        await using var destination = await StartAsync();
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => destination.Sink.SendAsync(SomeBatch.Of(1), cancelled.Token).AsTask());
        Assert.Same(SendResult.Delivered, await destination.Sink.SendAsync(SomeBatch.Of(2), TestContext.Current.CancellationToken));

        Assert.Equal(Uids(2, 2), await destination.ArrivedAsync());
    }

    [Fact]
    public async Task A_destination_in_trouble_costs_time_and_no_record()
    {
        await using var rig = await RunnerRig.StartAsync(Records);
        await using var destination = await StartAsync();
        Assert.SkipUnless(destination.CanBreak, "this destination has no trouble that a test can make");
        await destination.BreakAsync();
        await using var running = rig.Run(destination.Sink);

        await rig.AdvanceUntilAsync(RunnerRig.UntilAsync(() => !running.Metrics.Health.Current.Ok));
        Assert.False((await destination.Sink.CheckAsync(TestContext.Current.CancellationToken)).Ok);
        Assert.Equal((0, 0), (running.Reader.Cursor, rig.DeadLetters.Count));

        await destination.RepairAsync();
        await running.DrainAsync();
        Assert.True(running.Metrics.Health.Current.Ok);
        Assert.Equal(Uids(1, Records).Order(), (await destination.ArrivedAsync()).Distinct().Order());
    }

    private static IEnumerable<string> Uids(int first, int last) => Enumerable.Range(first, last - first + 1).Select(n => new SomeRecord(n).Uid);
}
