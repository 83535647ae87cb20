using StepExport.Core.Delivery;
using StepExport.Testing.Delivery;

namespace StepExport.Tests.Delivery;

/// <summary>Trouble of the destination costs time, never a record.</summary>
public sealed class SinkRunnerTroubleTests
{
    [Fact]
    public async Task Retries_without_end_and_delivers_once()
    {
        await using var rig = await RunnerRig.StartAsync(records: 10);
        var sink = new ScriptedSink((_, send) => send <= 200 ? SendResult.Retry("HTTP 503") : SendResult.Delivered);
        await using var running = rig.Run(sink);

        await running.DrainAsync();

        Assert.Equal((201, 10, 2000, 0), (sink.Sends.Count, sink.Delivered.Count, running.Metrics.Retried, rig.DeadLetters.Count));
    }

    [Fact]
    public async Task While_the_destination_is_in_trouble_one_batch_probes_and_the_others_wait()
    {
        await using var rig = await RunnerRig.StartAsync(records: 400);
        var (up, sending, alone) = (0, 0, 0);
        var sink = new ScriptedSink(async (_, send, cancelled) =>
        {
            if (send <= 8 || Volatile.Read(ref up) == 1) return SendResult.Delivered;

            // What was under way when the trouble began meets others yet. Each takes so long that who does not wait for its turn does, too.
            alone = Interlocked.Increment(ref sending) == 1 ? alone + 1 : 0;
            await Task.Delay(RunnerRig.Settings.RetryMax, rig.Time, cancelled);
            if (Interlocked.Decrement(ref sending) > 0) alone = 0;
            return SendResult.Retry("connection refused");
        });
        await using var running = rig.Run(sink);

        await rig.AdvanceUntilAsync(RunnerRig.UntilAsync(() => Volatile.Read(ref alone) >= 40));
        Assert.False(running.Metrics.Health.Current.Ok);

        Volatile.Write(ref up, 1);
        await running.DrainAsync();
        Assert.True(running.Metrics.Health.Current.Ok);
        Assert.Equal(Enumerable.Range(1, 400).Select(i => (long)i), sink.Delivered.Order());
    }

    [Fact]
    public async Task A_batch_that_the_destination_alone_cannot_digest_does_not_hold_the_others()
    {
        await using var rig = await RunnerRig.StartAsync(records: 300);
        var sink = new ScriptedSink((batch, send) => batch[0].Sequence == 1 && send < 1000 ? SendResult.Retry("HTTP 500") : SendResult.Delivered);
        await using var running = rig.Run(sink);

        await rig.AdvanceUntilAsync(RunnerRig.UntilAsync(() => sink.Delivered.Count == 290));

        Assert.Equal(0, running.Reader.Cursor);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_a_person_has_to_mend_shows_at_once_and_a_single_lost_request_does_not(bool needsOperator)
    {
        await using var rig = await RunnerRig.StartAsync(records: 10);
        var sink = new ScriptedSink((_, send) => send == 1 ? SendResult.Retry("token refused", "HTTP 403/4", needsOperator: needsOperator) : SendResult.Delivered);
        await using var running = rig.Run(sink);
        await RunnerRig.UntilAsync(() => running.Metrics.Retried == 10);

        if (needsOperator)
        {
            await RunnerRig.UntilAsync(() => !running.Metrics.Health.Current.Ok);
            Assert.Equal("token refused (HTTP 403/4)", running.Metrics.Health.Current.Reason);
        }

        await running.DrainAsync();
        if (needsOperator) Assert.True(rig.Time.GetUtcNow() - rig.Time.Start >= RunnerRig.Settings.RetryMax / 2);
        Assert.True(running.Metrics.Health.Current.Ok);
        Assert.Equal(needsOperator, running.Metrics.Health.Current.Since != rig.Time.Start);
    }

    [Fact]
    public async Task Retry_after_is_obeyed()
    {
        await using var rig = await RunnerRig.StartAsync(records: 10);
        var sentAt = new List<TimeSpan>();
        var sink = new ScriptedSink((_, send) =>
        {
            sentAt.Add(rig.Time.GetUtcNow() - rig.Time.Start);
            return send == 1 ? SendResult.Retry("HTTP 429", retryAfter: TimeSpan.FromMinutes(7)) : SendResult.Delivered;
        });
        await using var running = rig.Run(sink);
        await RunnerRig.UntilAsync(() => sink.Sends.Count == 1);

        await running.DrainAsync();

        Assert.True(sentAt[1] - sentAt[0] >= TimeSpan.FromMinutes(7), $"sent again after {sentAt[1] - sentAt[0]}");
    }

    [Fact]
    public async Task A_send_that_was_still_under_way_ends_the_trouble_for_those_who_wait()
    {
        await using var rig = await RunnerRig.StartAsync(records: 20);
        var slow = new TaskCompletionSource<SendResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        var sink = new ScriptedSink((batch, _, _) => batch[0].Sequence switch
        {
            1 => slow.Task,
            11 => Task.FromResult(SendResult.Retry("HTTP 503", retryAfter: TimeSpan.FromHours(1))),
            _ => Task.FromResult(SendResult.Delivered),
        });
        await using var running = rig.Run(sink, RunnerRig.Settings with { InFlight = 3 });
        await RunnerRig.UntilAsync(() => running.Metrics.Retried == 10);
        await rig.AppendAsync(10);
        await RunnerRig.UntilAsync(() => running.Reader.Cursor == 0 && sink.Sending == 1);

        slow.SetResult(SendResult.Delivered);

        await RunnerRig.UntilAsync(() => sink.Delivered.Count == 20);
        Assert.Equal(rig.Time.Start, rig.Time.GetUtcNow());
    }

    [Fact]
    public async Task Retry_after_zero_is_sent_again_at_once()
    {
        await using var rig = await RunnerRig.StartAsync(records: 10);
        var sink = new ScriptedSink((_, send) => send <= 2 ? SendResult.Retry("new channel", retryAfter: TimeSpan.Zero) : SendResult.Delivered);
        await using var running = rig.Run(sink);

        await running.DrainAtOnceAsync();

        Assert.Equal(3, sink.Sends.Count);
        Assert.True(running.Metrics.Health.Current.Ok);
    }

    [Fact]
    public async Task A_send_without_an_answer_is_given_up_after_the_timeout_and_sent_again()
    {
        await using var rig = await RunnerRig.StartAsync(records: 10);
        var answers = false;
        var sink = new ScriptedSink(async (_, _, stop) =>
        {
            if (!Volatile.Read(ref answers)) await Task.Delay(Timeout.Infinite, stop);
            return SendResult.Delivered;
        });
        await using var running = rig.Run(sink, RunnerRig.Settings with { Timeout = TimeSpan.FromSeconds(30) });
        await RunnerRig.UntilAsync(() => sink.Sends.Count == 1);

        rig.Time.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(1, sink.Sending);
        await rig.AdvanceUntilAsync(RunnerRig.UntilAsync(() => !running.Metrics.Health.Current.Ok));
        Assert.Equal("no answer within 30 s", running.Metrics.Health.Current.Reason);

        Volatile.Write(ref answers, true);
        await running.DrainAsync();
        Assert.True(sink.Sends.Count >= 3);
        Assert.Equal(10, sink.Delivered.Count);
    }

    [Fact]
    public async Task A_sink_that_throws_is_retried()
    {
        await using var rig = await RunnerRig.StartAsync(records: 10);
        var sink = new ScriptedSink((_, send) => send switch
        {
            1 => throw new InvalidOperationException("a bug"),
            2 => throw new OperationCanceledException(),
            3 => SendResult.PerRecord([RecordOutcome.Delivered], "too few outcomes"),
            _ => SendResult.Delivered,
        });
        await using var running = rig.Run(sink);

        await running.DrainAsync();

        Assert.True(running.Metrics.Health.Current is { Ok: true } now && now.Since > rig.Time.Start, "it was unhealthy and is no more");
        Assert.Equal((4, 10, 0), (sink.Sends.Count, running.Metrics.Delivered, rig.DeadLetters.Count));
    }
}
