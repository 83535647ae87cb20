using Microsoft.Extensions.Time.Testing;
using StepExport.Sinks.SplunkHec;
using StepExport.Testing;
using StepExport.Testing.SplunkHec;

namespace StepExport.Tests.Sinks.SplunkHec;

[Collection(HecRig.Alone)]
public sealed class AdaptiveConcurrencyTests
{
    private readonly FakeTimeProvider _time = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Turns_come_in_the_order_of_arrival_and_never_more_than_the_limit()
    {
        var concurrency = new AdaptiveConcurrency(1, 2, _time);
        var turns = Enumerable.Range(0, 6).Select(_ => concurrency.EnterAsync(Stop).AsTask()).ToArray();

        for (var ended = 0; ended < 4; ended++)
        {
            await turns[ended + 1].WaitAsync(Hangs.After, Stop);
            Assert.All(turns[(ended + 2)..], turn => Assert.False(turn.IsCompleted));
            concurrency.Leave(_time.GetTimestamp(), LoadSign.None);
        }
    }

    [Fact]
    public async Task Who_stops_waiting_leaves_the_line_and_takes_no_turn()
    {
        var concurrency = new AdaptiveConcurrency(1, 1, _time);
        await concurrency.EnterAsync(Stop);
        using var stop = new CancellationTokenSource();
        var impatient = concurrency.EnterAsync(stop.Token).AsTask();
        var patient = concurrency.EnterAsync(Stop).AsTask();

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        Assert.False(patient.IsCompleted);
        concurrency.Leave(_time.GetTimestamp(), LoadSign.None);

        await patient.WaitAsync(Hangs.After, Stop);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => concurrency.EnterAsync(stop.Token).AsTask());
    }

    [Fact]
    public async Task After_a_decrease_turns_are_given_only_when_enough_have_ended()
    {
        var concurrency = new AdaptiveConcurrency(1, 4, _time);
        for (var i = 0; i < 4; i++) await concurrency.EnterAsync(Stop);
        var waiting = concurrency.EnterAsync(Stop).AsTask();
        _time.Advance(TimeSpan.FromSeconds(1));

        concurrency.Leave(_time.GetTimestamp(), LoadSign.Overload);
        concurrency.Leave(_time.GetTimestamp(), LoadSign.None);
        Assert.Equal(2, concurrency.Limit);
        Assert.False(waiting.IsCompleted);

        concurrency.Leave(_time.GetTimestamp(), LoadSign.None);
        await waiting.WaitAsync(Hangs.After, Stop);
    }

    [Theory]
    [InlineData(24)]
    [InlineData(26)]
    [InlineData(27)]
    [InlineData(9)]
    public async Task The_sink_sends_fewer_requests_at_a_time_when_Splunk_complains_and_more_when_it_does_not(int code)
    {
        await using var rig = new HecRig(options: new(), change: c => c with { Acknowledgement = "off", InFlight = 8, MinInFlight = 2 });
        rig.Wire.Script.Always(HecReply.Of(code) with { IndexFirst = code == 24 });

        for (var i = 0; i < 10; i++)
        {
            await rig.SendAsync(1);
            rig.Time.Advance(TimeSpan.FromMilliseconds(10));
        }

        Assert.Equal(2, rig.Gauge("hec_concurrency_limit"));
        for (var round = 0; round < 10; round++)
        {
            // All turns are taken before the first of them ends: only then can more be of use.
            var (all, before) = (new TaskCompletionSource(), rig.Wire.Requests + (int)rig.Gauge("hec_concurrency_limit"));
            rig.Wire.Script.Always(HecReply.Success with { IndexFirst = true, Until = all.Task });
            var sending = Task.WhenAll(Enumerable.Range(0, 16).Select(_ => rig.SendAsync(1)));
            await HecRig.UntilAsync(() => rig.Wire.Requests == before);
            all.SetResult();
            await sending;
        }

        Assert.InRange(rig.Gauge("hec_concurrency_limit"), 3, 8);
    }

    [Fact]
    public async Task Requests_without_answer_count_as_overload()
    {
        await using var rig = new HecRig(options: new(), change: c => c with { Acknowledgement = "off", InFlight = 8 });
        rig.Wire.Script.Next(HecReply.CutOff);

        await rig.SendAsync(1);

        Assert.Equal(5, rig.Gauge("hec_concurrency_limit"));
    }
}
