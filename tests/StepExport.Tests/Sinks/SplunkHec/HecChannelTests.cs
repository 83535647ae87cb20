using StepExport.Core.Delivery;
using StepExport.Testing.SplunkHec;

namespace StepExport.Tests.Sinks.SplunkHec;

/// <summary>Acknowledgement ids mean nothing on another indexer, after its restart, or for another token.</summary>
[Collection(HecRig.Alone)]
public sealed class HecChannelTests
{
    private static readonly HecServerOptions TwoIndexers = new() { Acknowledgement = true, Indexers = 2 };

    [Fact]
    public async Task A_session_that_moves_takes_what_is_pending_to_a_new_channel()
    {
        await using var rig = new HecRig(options: TwoIndexers);
        rig.Wire.Script.Fates.Next(HecFate.Lost);
        var pending = rig.SendAsync(HecRecords.Batch(3).Slice(0, 1));
        await HecRig.UntilAsync(() => rig.Gauge("hec_ack_pending") == 1);
        rig.Wire.Script.Next(HecReply.Moved);

        // The one whose answer shows the move is with the new indexer, under the same number as the lost one was with the old.
        var mover = rig.SendAsync(HecRecords.Batch(3).Slice(1, 1));
        var lost = await pending;

        Assert.Equal((RecordOutcome.Retry, TimeSpan.Zero), (lost.Outcome, lost.RetryAfter));
        Assert.Same(SendResult.Delivered, await rig.FinishAsync(mover));
        Assert.Same(SendResult.Delivered, await rig.FinishAsync(rig.SendAsync(HecRecords.Batch(3).Slice(2, 1))));
        Assert.Equal((2, 1), (rig.Index.Distinct, rig.Gauge("hec_ack_lost_total")));
        var channels = rig.Wire.Posts.Select(p => p.Channel).ToArray();
        Assert.Equal((channels[0], false), (channels[1], channels[2] == channels[0]));
        Assert.Equal((0, 0), (rig.Index.HastyCopies, rig.Index.NeedlessCopies));
    }

    [Fact]
    public async Task The_answer_to_a_question_can_show_the_move()
    {
        await using var rig = new HecRig(options: TwoIndexers);
        rig.Wire.Script.Fates.Next(HecFate.Lost);
        var pending = rig.SendAsync(1);
        await HecRig.UntilAsync(() => rig.Gauge("hec_ack_pending") == 1);
        rig.Wire.Collector.MoveSessions();

        Assert.Equal(RecordOutcome.Retry, (await rig.FinishAsync(pending)).Outcome);
        Assert.Single(rig.Wire.Polls);
    }

    [Fact]
    public async Task An_indexer_that_counts_from_0_again_delivers_nothing_it_does_not_have()
    {
        await using var rig = new HecRig();
        Assert.Same(SendResult.Delivered, await rig.FinishAsync(rig.SendAsync(HecRecords.Batch(3).Slice(0, 1))));
        rig.Wire.Script.Fates.Next(HecFate.Lost);
        var pending = rig.SendAsync(HecRecords.Batch(3).Slice(1, 1));
        await HecRig.UntilAsync(() => rig.Gauge("hec_ack_pending") == 1);
        rig.Wire.Collector.RestartIndexer(0);

        // Gets the number 0, which this channel has had: nobody can tell any more what number 1 is about.
        var next = await rig.SendAsync(HecRecords.Batch(3).Slice(2, 1));

        Assert.Equal((RecordOutcome.Retry, RecordOutcome.Retry), (next.Outcome, (await pending).Outcome));
        Assert.Equal(0, rig.Index.Count(HecRecords.Uid(1)));
        Assert.Same(SendResult.Delivered, await rig.FinishAsync(rig.SendAsync(HecRecords.Batch(3).Slice(1, 1))));
    }

    [Fact]
    public async Task A_number_that_a_request_without_answer_may_have_got_is_not_trusted()
    {
        await using var rig = new HecRig();
        rig.Wire.Script.Fates.Next(HecFate.Lost);
        var pending = rig.SendAsync(HecRecords.Batch(2).Slice(0, 1));
        await HecRig.UntilAsync(() => rig.Gauge("hec_ack_pending") == 1);
        rig.Wire.Collector.RestartIndexer(0);
        rig.Wire.Script.Next(HecReply.CutOff with { IndexFirst = true });

        // It got the number 0 of the restarted indexer, which nobody heard of; the first one had it from the indexer before.
        Assert.Equal(RecordOutcome.Retry, (await rig.SendAsync(HecRecords.Batch(2).Slice(1, 1))).Outcome);

        Assert.Equal(RecordOutcome.Retry, (await rig.FinishAsync(pending)).Outcome);
        Assert.Equal((0, 1, 0), (rig.Gauge("hec_acks_total"), rig.Gauge("hec_ack_lost_total"), rig.Index.Count(HecRecords.Uid(0))));
    }

    [Fact]
    public async Task After_a_request_without_answer_the_channel_is_not_sent_on_again()
    {
        await using var rig = new HecRig();
        rig.Wire.Script.Next(HecReply.CutOff);

        Assert.Equal(RecordOutcome.Retry, (await rig.SendAsync(1)).Outcome);
        Assert.Same(SendResult.Delivered, await rig.FinishAsync(rig.SendAsync(1)));

        Assert.Equal(2, rig.Wire.Posts.Select(p => p.Channel).Distinct().Count());
    }

    [Fact]
    public async Task A_true_counts_only_when_the_requests_under_way_with_it_are_over()
    {
        await using var rig = new HecRig();
        var first = rig.SendAsync(HecRecords.Batch(2).Slice(0, 1));
        await HecRig.UntilAsync(() => rig.Gauge("hec_ack_pending") == 1);
        var held = new TaskCompletionSource();
        rig.Wire.Script.Next(HecReply.Success with { IndexFirst = true, Until = held.Task });
        var second = rig.SendAsync(HecRecords.Batch(2).Slice(1, 1));
        await HecRig.UntilAsync(() => rig.Wire.Posts.Count == 2);

        await rig.AdvanceAsync(TimeSpan.FromSeconds(5));
        Assert.Single(rig.Wire.Polls);
        Assert.False(first.IsCompleted);
        held.SetResult();

        Assert.Same(SendResult.Delivered, await rig.FinishAsync(first));
        Assert.Same(SendResult.Delivered, await rig.FinishAsync(second));
    }

    [Fact]
    public async Task A_rotated_token_takes_what_is_pending_along()
    {
        var file = Path.GetTempFileName();
        try
        {
            await System.IO.File.WriteAllTextAsync(file, new HecServerOptions().Token, TestContext.Current.CancellationToken);
            await using var rig = new HecRig(change: c => c with { Token = new($"${{file:{file}}}") });
            rig.Wire.Script.Fates.Next(HecFate.AcknowledgedAfterPolls(1));
            var pending = rig.SendAsync(1);
            await HecRig.UntilAsync(() => rig.Gauge("hec_ack_pending") == 1);
            rig.Wire.Collector.Tokens.Token = "new";
            await rig.AdvanceAsync(TimeSpan.FromSeconds(3));
            Assert.False(pending.IsCompleted);
            await System.IO.File.WriteAllTextAsync(file, "new", TestContext.Current.CancellationToken);

            Assert.Equal((RecordOutcome.Retry, TimeSpan.Zero), (await rig.FinishAsync(pending) is var r ? (r.Outcome, r.RetryAfter) : default));
            Assert.Same(SendResult.Delivered, await rig.FinishAsync(rig.SendAsync(1)));
        }
        finally
        {
            System.IO.File.Delete(file);
        }
    }
}
