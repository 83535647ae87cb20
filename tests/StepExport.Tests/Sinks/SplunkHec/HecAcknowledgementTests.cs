using System.Text.Json;
using StepExport.Core.Delivery;
using StepExport.Testing.SplunkHec;

namespace StepExport.Tests.Sinks.SplunkHec;

/// <summary>A batch is delivered when its indexer says so, and by nothing else.</summary>
[Collection(HecRig.Alone)]
public sealed class HecAcknowledgementTests
{
    private static readonly HecServerOptions NoAcknowledgement = new() { Acknowledgement = false };

    [Fact]
    public async Task A_batch_is_delivered_with_its_acknowledgement_and_not_before()
    {
        await using var rig = new HecRig();
        rig.Wire.Script.Fates.Next(HecFate.IndexedAfterPolls(2));

        var sending = rig.SendAsync(5);
        await rig.AdvanceAsync(TimeSpan.FromSeconds(2));

        Assert.False(sending.IsCompleted);
        Assert.Equal((5, 0, 1), (rig.Index.Accepted, rig.Index.Distinct, rig.Gauge("hec_ack_pending")));
        Assert.Same(SendResult.Delivered, await rig.FinishAsync(sending));
        Assert.Equal((5, 0), (rig.Index.Distinct, rig.Index.Duplicates));
        Assert.Equal((0, 1, 0), (rig.Gauge("hec_ack_pending"), rig.Gauge("hec_acks_total"), rig.Gauge("hec_ack_timeouts_total")));
        Assert.InRange(rig.Gauge("hec_ack_wait_seconds"), 4, 6);
    }

    [Fact]
    public async Task Questions_come_after_one_second_then_more_and_more_rarely_and_end_with_the_answer()
    {
        await using var rig = new HecRig();
        rig.Wire.Script.Fates.Next(HecFate.AcknowledgedAfter(TimeSpan.FromSeconds(40)));
        var sending = rig.SendAsync(1);
        await HecRig.UntilAsync(() => rig.Gauge("hec_ack_pending") == 1);

        var asked = new List<double>();
        for (var quarter = 1; !sending.IsCompleted; quarter++)
        {
            await rig.AdvanceAsync(TimeSpan.FromSeconds(0.25));
            while (asked.Count < rig.Wire.Polls.Count) asked.Add(quarter / 4.0);
        }

        var pauses = asked.Zip(asked.Skip(1), (a, b) => b - a).ToArray();
        Assert.InRange(asked[0], 1, 1.5);
        Assert.Equal(pauses.Order(), pauses);
        Assert.InRange(pauses[^1], 9.5, 10.5);
        await rig.AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(asked.Count, rig.Wire.Polls.Count);
    }

    [Fact]
    public async Task Many_pending_batches_are_asked_for_together_and_never_more_than_the_answer_can_hold()
    {
        await using var rig = new HecRig(change: c => c with { AcknowledgementPending = 450 });
        rig.Wire.Script.Fates.Always(HecFate.AcknowledgedAfterPolls(1));
        var sending = Task.WhenAll(Enumerable.Range(0, 450).Select(n => rig.SendAsync(new Batch(new[] { HecRecords.Record(n) }))));
        await HecRig.UntilAsync(() => rig.Gauge("hec_ack_pending") == 450);

        Assert.All(await rig.FinishAsync(sending), result => Assert.Same(SendResult.Delivered, result));

        var sizes = rig.Wire.Polls.Select(p => JsonDocument.Parse(p.Wire).RootElement.GetProperty("acks").GetArrayLength()).ToArray();
        Assert.Equal([200, 200, 50, 200, 200, 50], sizes);
        Assert.Single(rig.Wire.Polls.Concat(rig.Wire.Posts).Select(r => r.Channel).Distinct());
        Assert.Equal((450, 0), (rig.Index.Distinct, rig.Index.Duplicates));
    }

    [Fact]
    public async Task Without_an_acknowledgement_in_time_the_batch_goes_out_again_on_a_new_channel()
    {
        await using var rig = new HecRig();
        rig.Wire.Script.Fates.Next(HecFate.Lost, HecFate.AcknowledgedAfter(TimeSpan.FromSeconds(50)));

        var lost = rig.SendAsync(HecRecords.Batch(2).Slice(0, 1));
        await HecRig.UntilAsync(() => rig.Wire.Posts.Count == 1);
        await rig.AdvanceAsync(TimeSpan.FromSeconds(30));
        var late = rig.SendAsync(HecRecords.Batch(2).Slice(1, 1));
        var result = await rig.FinishAsync(lost);

        Assert.Equal((RecordOutcome.Retry, TimeSpan.Zero, false), (result.Outcome, result.RetryAfter, result.NeedsOperator));
        Assert.Contains("did not acknowledge", result.Reason, StringComparison.Ordinal);
        var again = rig.SendAsync(HecRecords.Batch(2).Slice(0, 1));
        // What is still pending on the old channel is waited for.
        Assert.Same(SendResult.Delivered, await rig.FinishAsync(late));
        Assert.Same(SendResult.Delivered, await rig.FinishAsync(again));
        var channels = rig.Wire.Posts.Select(p => p.Channel).ToArray();
        Assert.Equal((channels[0], false), (channels[1], channels[2] == channels[0]));
        Assert.Equal((1, 2), (rig.Gauge("hec_ack_timeouts_total"), rig.Gauge("hec_acks_total")));
        Assert.Equal(0, rig.Index.HastyCopies);
    }

    [Theory]
    [InlineData(400, 6)]
    [InlineData(400, 10)]
    [InlineData(401, 2)]
    [InlineData(403, 4)]
    [InlineData(404, null)]
    [InlineData(429, 26)]
    [InlineData(500, 8)]
    [InlineData(503, 9)]
    [InlineData(200, 0)]
    [InlineData(200, null)]
    public async Task An_error_of_the_acknowledgement_endpoint_acknowledges_nothing(int status, int? code)
    {
        await using var rig = new HecRig();
        rig.Wire.Script.Acks.Always(code is null ? HecReply.Html(status) : new HecReply(status, code, "No"));

        var sending = rig.SendAsync(1);
        await rig.AdvanceAsync(TimeSpan.FromSeconds(50));
        Assert.False(sending.IsCompleted);
        Assert.True(rig.Wire.Polls.Count > 5);
        rig.Wire.Script.Acks.Always(null);

        Assert.Same(SendResult.Delivered, await rig.FinishAsync(sending));
        Assert.Equal(0, rig.Index.Duplicates);
    }

    [Fact]
    public async Task A_cancelled_wait_ends_at_once()
    {
        await using var rig = new HecRig();
        rig.Wire.Script.Fates.Always(HecFate.Lost);
        using var stop = new CancellationTokenSource();
        var sending = rig.SendAsync(1, stop.Token);
        await HecRig.UntilAsync(() => rig.Gauge("hec_ack_pending") == 1);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        await HecRig.UntilAsync(() => rig.Gauge("hec_ack_pending") == 0);
    }

    [Theory]
    [InlineData(6)]
    [InlineData(12)]
    [InlineData(13)]
    [InlineData(15)]
    public async Task What_stands_before_a_refused_event_has_no_acknowledgement_and_is_sent_again(int code)
    {
        await using var rig = new HecRig();
        rig.Wire.Script.Refuse(e => e.Uid == HecRecords.Uid(2), code);

        var result = await rig.FinishAsync(rig.SendAsync(4));

        Assert.Equal([RecordOutcome.Retry, RecordOutcome.Retry, RecordOutcome.Rejected, RecordOutcome.Retry], result.Records);
        Assert.Equal($"HTTP 400/{code}", result.Code);
    }

    [Fact]
    public async Task Auto_counts_the_200_when_the_token_has_no_acknowledgement_and_says_so_once()
    {
        await using var rig = new HecRig(options: NoAcknowledgement, change: c => c with { Acknowledgement = "auto" });
        Assert.Equal(1, rig.Gauge("hec_acknowledgement"));

        for (var i = 0; i < 3; i++) Assert.Same(SendResult.Delivered, await rig.SendAsync(1));

        Assert.Equal(0, rig.Gauge("hec_acknowledgement"));
        Assert.Contains("Warning: The token has indexer acknowledgement disabled", Assert.Single(rig.Log), StringComparison.Ordinal);
        Assert.Empty(rig.Wire.Polls);
    }

    [Fact]
    public async Task Auto_waits_for_acknowledgements_again_when_the_token_gets_them_back()
    {
        await using var rig = new HecRig(options: NoAcknowledgement, change: c => c with { Acknowledgement = "auto" });
        await rig.SendAsync(1);
        rig.Wire.Collector.Tokens.Acknowledgement = true;

        var sending = rig.SendAsync(1);
        await HecRig.UntilAsync(() => rig.Gauge("hec_ack_pending") == 1);

        Assert.Equal(1, rig.Gauge("hec_acknowledgement"));
        Assert.Same(SendResult.Delivered, await rig.FinishAsync(sending));
    }

    [Fact]
    public async Task Required_delivers_nothing_without_an_acknowledgement_id()
    {
        await using var rig = new HecRig(options: NoAcknowledgement);

        var result = await rig.SendAsync(1);

        Assert.Equal((RecordOutcome.Retry, true, "HTTP 200/0"), (result.Outcome, result.NeedsOperator, result.Code));
        Assert.Contains("enable indexer acknowledgement for the token", result.Reason, StringComparison.Ordinal);
        Assert.Equal(1, rig.Gauge("hec_acknowledgement"));
    }

    [Theory]
    [InlineData("auto", false, 0)]
    [InlineData("required", true, 1)]
    public async Task Code_14_to_a_batch_is_a_reason_to_fall_back_or_to_call_somebody(string mode, bool needsOperator, int gauge)
    {
        await using var rig = new HecRig(options: NoAcknowledgement, change: c => c with { Acknowledgement = mode });
        rig.Wire.Script.Next(HecReply.Of(14));

        var result = await rig.SendAsync(1);

        Assert.Equal((RecordOutcome.Retry, needsOperator), (result.Outcome, result.NeedsOperator));
        Assert.Equal(gauge, rig.Gauge("hec_acknowledgement"));
    }

    [Theory]
    [InlineData("auto", false, 0)]
    [InlineData("required", true, 1)]
    public async Task Code_14_to_a_question_delivers_nothing_that_waits(string mode, bool needsOperator, int gauge)
    {
        await using var rig = new HecRig(change: c => c with { Acknowledgement = mode });
        rig.Wire.Script.Fates.Next(HecFate.Lost);
        var sending = rig.SendAsync(1);
        await HecRig.UntilAsync(() => rig.Gauge("hec_ack_pending") == 1);
        rig.Wire.Collector.Tokens.Acknowledgement = false;

        var result = await rig.FinishAsync(sending);

        Assert.Equal((RecordOutcome.Retry, needsOperator), (result.Outcome, result.NeedsOperator));
        Assert.Equal(gauge, rig.Gauge("hec_acknowledgement"));
    }

    [Fact]
    public async Task A_full_channel_is_left_to_its_acknowledgements_and_a_new_one_taken()
    {
        await using var rig = new HecRig(options: new() { Acknowledgement = true, MaxPendingAcks = 1 });
        rig.Wire.Script.Fates.Next(HecFate.AcknowledgedAfterPolls(1));
        var first = rig.SendAsync(HecRecords.Batch(2).Slice(0, 1));
        await HecRig.UntilAsync(() => rig.Gauge("hec_ack_pending") == 1);

        var full = await rig.SendAsync(HecRecords.Batch(2).Slice(1, 1));
        Assert.Equal((RecordOutcome.Retry, "HTTP 429/27"), (full.Outcome, full.Code));
        var second = rig.SendAsync(HecRecords.Batch(2).Slice(1, 1));

        Assert.Same(SendResult.Delivered, await rig.FinishAsync(first));
        Assert.Same(SendResult.Delivered, await rig.FinishAsync(second));
        Assert.Equal(2, rig.Wire.Posts.Select(p => p.Channel).Distinct().Count());
    }
}
