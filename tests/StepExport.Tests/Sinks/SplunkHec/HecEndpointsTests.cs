using StepExport.Core.Delivery;
using StepExport.Testing.SplunkHec;

namespace StepExport.Tests.Sinks.SplunkHec;

/// <summary>Several endpoints: turns, ejection, fail-over and the way back.</summary>
[Collection(HecRig.Alone)]
public sealed class HecEndpointsTests
{
    private static readonly HecServerOptions NoAcknowledgement = new() { Acknowledgement = false };

    [Fact]
    public async Task Healthy_endpoints_take_turns()
    {
        await using var rig = Rig(3);

        for (var i = 0; i < 9; i++) Assert.Same(SendResult.Delivered, await rig.SendAsync(1));

        Assert.All([1, 2, 3], n => Assert.Equal((3, 1, 0), (rig.Gauge("hec_endpoint_requests_total", n), rig.Gauge("hec_endpoint_up", n), rig.Gauge("hec_endpoint_ejections_total", n))));
    }

    [Theory]
    [InlineData("down")]
    [InlineData("23")]
    [InlineData("404")]
    public async Task An_endpoint_that_is_gone_is_left_out_at_once_and_its_batch_goes_on_without_a_wait(string trouble)
    {
        await using var rig = Rig(2);
        rig.Wires[0].IsDown = trouble == "down";
        if (trouble != "down") rig.Wires[0].Script.Always(trouble == "23" ? HecReply.Of(23) : new HecReply(404) { Page = "" });

        var results = new List<SendResult>();
        for (var i = 0; i < 8; i++) results.Add(await rig.SendAsync(1));

        var failed = Assert.Single(results, r => r.Outcome == RecordOutcome.Retry);
        Assert.Equal((TimeSpan.Zero, false), (failed.RetryAfter, failed.NeedsOperator));
        Assert.StartsWith("hec1:8088: ", failed.Reason, StringComparison.Ordinal);
        Assert.Equal((0, 1, 1), (rig.Gauge("hec_endpoint_up", 1), rig.Gauge("hec_endpoint_ejections_total", 1), rig.Gauge("hec_endpoint_up", 2)));
        Assert.Contains("hec1:8088 is left out", Assert.Single(rig.Log), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(9)]
    [InlineData(18)]
    [InlineData(0)]
    public async Task An_endpoint_that_may_only_be_busy_is_left_out_after_two_failures_in_a_row(int code)
    {
        await using var rig = Rig(2);
        rig.Wires[0].Script.Always(code == 0 ? HecReply.CutOff : HecReply.Of(code));

        var retries = 0;
        for (var i = 0; i < 8; i++)
        {
            var result = await rig.SendAsync(1);
            if (result.Outcome == RecordOutcome.Retry) Assert.Equal(TimeSpan.Zero, result.RetryAfter);
            if (result.Outcome == RecordOutcome.Retry) Assert.Equal(++retries, rig.Gauge("hec_endpoint_up", 1) == 0 ? 2 : 1);
        }

        Assert.Equal((2, 0), (retries, rig.Gauge("hec_endpoint_up", 1)));
    }

    [Fact]
    public async Task An_endpoint_comes_back_when_its_health_page_says_so_and_takes_its_turns()
    {
        await using var rig = Rig(2);
        rig.Wires[0].IsDown = true;
        for (var i = 0; i < 2; i++) await rig.SendAsync(1);
        await rig.AdvanceAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(0, rig.Gauge("hec_endpoint_up", 1));

        rig.Wires[0].IsDown = false;
        rig.Wires[0].Script.Health.Next(HecReply.Of(18));
        await rig.AdvanceAsync(TimeSpan.FromSeconds(120));

        Assert.Equal((1, 1), (rig.Gauge("hec_endpoint_up", 1), rig.Gauge("hec_endpoint_ejections_total", 1)));
        Assert.Equal(2, rig.Wires[0].Received.Count(r => r.Target == HecPath.Health));
        for (var i = 0; i < 4; i++) Assert.Same(SendResult.Delivered, await rig.SendAsync(1));
        Assert.Equal(2, rig.Wires[0].Posts.Count);
        Assert.Equal(2, rig.Log.Count);
    }

    [Fact]
    public async Task While_none_is_healthy_all_take_turns_at_the_runners_pace_and_the_first_delivery_ends_it()
    {
        await using var rig = Rig(2);
        rig.Wires[0].IsDown = rig.Wires[1].IsDown = true;
        var results = new List<SendResult>();
        for (var i = 0; i < 4; i++) results.Add(await rig.SendAsync(1));

        Assert.Equal([TimeSpan.Zero, null, null, null], results.Select(r => r.RetryAfter));
        rig.Wires[0].IsDown = rig.Wires[1].IsDown = false;
        rig.Wires[0].Script.Health.Always(HecReply.Of(18));

        Assert.Same(SendResult.Delivered, await rig.SendAsync(1));
        Assert.Same(SendResult.Delivered, await rig.SendAsync(1));
        Assert.True(rig.Gauge("hec_endpoint_up", 1) + rig.Gauge("hec_endpoint_up", 2) >= 1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(7)]
    [InlineData(26)]
    public async Task Token_index_and_channel_are_no_fault_of_the_endpoint(int code)
    {
        await using var rig = Rig(2);
        rig.Wires[0].Script.Always(HecReply.Of(code));

        for (var i = 0; i < 8; i++) await rig.SendAsync(1);

        Assert.Equal((1, 4), (rig.Gauge("hec_endpoint_up", 1), rig.Wires[0].Posts.Count));
    }

    [Fact]
    public async Task The_only_endpoint_is_never_left_out_nor_looked_at()
    {
        await using var rig = Rig(1);
        rig.Wire.Script.Always(HecReply.Of(23));
        for (var i = 0; i < 5; i++) Assert.Null((await rig.SendAsync(1)).RetryAfter);
        await rig.AdvanceAsync(TimeSpan.FromMinutes(3));
        Assert.Equal((5, 5, 0), (rig.Wire.Posts.Count, rig.Wire.Requests, rig.Gauge("hec_endpoint_up", 1)));

        rig.Wire.Script.Always(null);
        Assert.Same(SendResult.Delivered, await rig.SendAsync(1));
        Assert.Equal(1, rig.Gauge("hec_endpoint_up", 1));
    }

    [Fact]
    public async Task A_request_without_answer_ends_with_its_time_out_and_counts_against_the_endpoint()
    {
        await using var rig = new HecRig(2, NoAcknowledgement, c => c with { Acknowledgement = "off", Timeout = new(TimeSpan.FromSeconds(60)) });
        rig.Wires[0].Script.Always(HecReply.Held);

        var results = await rig.FinishAsync(Task.WhenAll(Enumerable.Range(0, 4).Select(_ => rig.SendAsync(1))));

        Assert.Equal(2, results.Count(r => r.Reason == "hec1:8088: no answer within 60 s" && r.RetryAfter == TimeSpan.Zero));
        Assert.Equal((0, 1), (rig.Gauge("hec_endpoint_up", 1), rig.Gauge("hec_endpoint_up", 2)));
    }

    /// <summary>Both count from 0, and the one that is asked about its own ids says nothing: no id may reach the other.</summary>
    [Fact]
    public async Task With_colliding_ids_and_one_endpoint_that_never_acknowledges_all_records_are_acknowledged_by_the_other()
    {
        await using var rig = new HecRig(endpoints: 2);
        rig.Wires[0].Script.Fates.Always(HecFate.Lost);
        var batch = HecRecords.Batch(120);
        var sender = new HecPatientSender(rig);

        await rig.FinishAsync(sender.SendAllAsync(Enumerable.Range(0, 60).Select(i => batch.Slice(i * 2, 2)), senders: 16));

        Assert.Equal(120, sender.Delivered.Count);
        Assert.All(Enumerable.Range(0, 120), n => Assert.Equal(1, rig.Index.Count(HecRecords.Uid(n))));
        Assert.Equal((60, 0, 0), (rig.Gauge("hec_acks_total"), rig.Index.HastyCopies, rig.Index.NeedlessCopies));
        Assert.True(rig.Gauge("hec_ack_timeouts_total") > 0);
        var channels = rig.Wires.Select(w => w.Posts.Concat(w.Polls).Select(r => r.Channel).ToHashSet(StringComparer.Ordinal)).ToArray();
        Assert.Empty(channels[0].Intersect(channels[1]));
    }

    private static HecRig Rig(int endpoints) => new(endpoints, NoAcknowledgement, c => c with { Acknowledgement = "off" });
}
