using System.Text;
using StepExport.Core.Delivery;
using StepExport.Testing.Delivery;

namespace StepExport.Tests.Delivery;

/// <summary>A letter is sent again by the sink's own rules, and leaves the store after that.</summary>
public sealed class LetterReplayTests
{
    [Fact]
    public async Task A_marked_letter_is_sent_as_the_record_it_was_and_leaves_the_store()
    {
        await using var rig = await WithLettersAsync(records: 12, refused: [3, 7]);
        var seen = new List<string>();
        var sink = new ScriptedSink((batch, _) =>
        {
            for (var i = 0; i < batch.Count; i++) seen.Add($"{batch[i].Sequence} {Encoding.UTF8.GetString(batch[i].Type)} {Encoding.UTF8.GetString(batch[i].Repository)} {batch[i].Severity} {Convert.ToHexStringLower(batch[i].Uid)} {Encoding.UTF8.GetString(batch[i].Body.Span)}");
            return SendResult.Delivered;
        });
        rig.DeadLetters.RequestReplay([Id(rig, 3)], "sink");

        await using (var running = rig.Run(sink)) await rig.AdvanceUntilAsync(RunnerRig.UntilAsync(() => rig.DeadLetters.Count == 1));

        var three = new SomeRecord(3);
        Assert.Equal([$"3 {three.Type} {three.Repository} {three.Severity} {three.Uid} {three.Body}"], seen);
        Assert.Equal([7L], rig.DeadLetters.List().Select(l => l.Letter.Sequence!.Value));
        Assert.Equal((1, 0), (rig.DeadLetters.Replayed, rig.DeadLetters.RefusedAgain));
    }

    [Fact]
    public async Task What_is_refused_again_stays_with_the_new_reason_and_the_others_leave()
    {
        await using var rig = await WithLettersAsync(records: 20, refused: [3, 7, 9]);
        var sink = new ScriptedSink((batch, _) => Has(batch, 7) ? SendResult.Rejected("still bad", "HTTP 400/7") : SendResult.Delivered);
        rig.DeadLetters.RequestReplay([.. rig.DeadLetters.List().Select(l => l.Id)], "sink");

        await using (var running = rig.Run(sink)) await rig.AdvanceUntilAsync(RunnerRig.UntilAsync(() => rig.DeadLetters.Count == 1 && rig.DeadLetters.RefusedAgain == 1));

        var left = Assert.Single(rig.DeadLetters.List());
        Assert.Equal((7, "still bad", "HTTP 400/7", 1, null), (left.Letter.Sequence, left.Letter.Reason, left.Letter.Code, left.Replays, left.ReplayTo));
        Assert.Equal([3, 9], sink.Delivered);
    }

    [Fact]
    public async Task A_letter_can_go_to_another_sink_which_is_named_when_it_refuses_it()
    {
        await using var rig = await WithLettersAsync(records: 5, refused: [2, 4]);
        rig.Reader("other");
        var other = new ScriptedSink((batch, _) => Has(batch, 4) ? SendResult.Rejected("too large") : SendResult.Delivered);
        rig.DeadLetters.RequestReplay([.. rig.DeadLetters.List().Select(l => l.Id)], "other");

        await using (var running = rig.Run(other, name: "other")) await rig.AdvanceUntilAsync(RunnerRig.UntilAsync(() => rig.DeadLetters.RefusedAgain == 1));

        // Once from the journal, once from the dead letters.
        await RunnerRig.UntilAsync(() => other.Delivered.Count(sequence => sequence == 2) == 2);
        var left = Assert.Single(rig.DeadLetters.List(), l => l.Letter.Component == "sink").Letter;
        Assert.Equal((4, "other: too large"), (left.Sequence, left.Reason));
    }

    [Fact]
    public async Task While_the_destination_is_in_trouble_letters_stay_marked_and_go_when_it_is_well()
    {
        await using var rig = await WithLettersAsync(records: 5, refused: [2]);
        var well = false;
        var sink = new ScriptedSink((_, _) => Volatile.Read(ref well) ? SendResult.Delivered : SendResult.Retry("busy"));
        rig.DeadLetters.RequestReplay([Id(rig, 2)], "sink");
        await using var running = rig.Run(sink);

        await rig.AdvanceUntilAsync(RunnerRig.UntilAsync(() => sink.Sends.Count >= 3));
        Assert.Equal("sink", Assert.Single(rig.DeadLetters.List()).ReplayTo);
        Volatile.Write(ref well, true);
        await rig.AdvanceUntilAsync(RunnerRig.UntilAsync(() => rig.DeadLetters.Count == 0));
        Assert.Equal([2], sink.Delivered);
    }

    [Fact]
    public async Task A_replay_that_is_given_up_leaves_the_letter_where_it_is_for_the_next_start()
    {
        await using var rig = await WithLettersAsync(records: 5, refused: [2]);
        var sink = new ScriptedSink(async (_, _, stop) =>
        {
            await Task.Delay(Timeout.Infinite, stop);
            return SendResult.Delivered;
        });
        rig.DeadLetters.RequestReplay([Id(rig, 2)], "sink");
        await using (var running = rig.Run(sink)) await rig.AdvanceUntilAsync(RunnerRig.UntilAsync(() => sink.Sending == 1));

        await rig.RestartAsync();
        Assert.Equal("sink", Assert.Single(rig.DeadLetters.List()).ReplayTo);
        var well = ScriptedSink.TakesEverything();
        await using (var running = rig.Run(well)) await rig.AdvanceUntilAsync(RunnerRig.UntilAsync(() => rig.DeadLetters.Count == 0));
        Assert.Equal([2], well.Delivered);
    }

    [Fact]
    public async Task A_stopping_program_does_not_wait_for_a_destination_in_trouble()
    {
        await using var rig = await WithLettersAsync(records: 5, refused: [2]);
        var sink = new ScriptedSink((_, _) => SendResult.Retry("busy"));
        rig.DeadLetters.RequestReplay([Id(rig, 2)], "sink");
        await using var running = rig.Run(sink);
        await rig.AdvanceUntilAsync(RunnerRig.UntilAsync(() => sink.Sends.Count > 0));

        running.StopReading();

        await rig.AdvanceUntilAsync(running.Run);
        Assert.Equal("sink", Assert.Single(rig.DeadLetters.List()).ReplayTo);
    }

    [Fact]
    public async Task A_letter_of_an_older_version_cannot_be_sent_and_says_so()
    {
        await using var rig = await RunnerRig.StartAsync(records: 0);
        rig.DeadLetters.Add([new() { Component = "sink", AtIntake = false, Reason = "bad record", Sequence = 4, Bytes = "{}"u8.ToArray() }]);
        rig.DeadLetters.RequestReplay([1], "sink");
        var sink = ScriptedSink.TakesEverything();
        await using (var running = rig.Run(sink)) await rig.AdvanceUntilAsync(RunnerRig.UntilAsync(() => rig.DeadLetters.RefusedAgain == 1));
        Assert.Empty(sink.Sends);
        Assert.StartsWith("bad record; it cannot be replayed", rig.DeadLetters.List()[0].Letter.Reason, StringComparison.Ordinal);
    }

    private static async Task<RunnerRig> WithLettersAsync(int records, long[] refused)
    {
        var rig = await RunnerRig.StartAsync(records);
        var sink = new ScriptedSink((batch, _) => refused.Any(r => Has(batch, r)) ? SendResult.Rejected("bad record") : SendResult.Delivered);
        await using (var running = rig.Run(sink)) await running.DrainAtOnceAsync();
        Assert.Equal(refused, rig.DeadLetters.List().Select(l => l.Letter.Sequence!.Value).Order());
        await rig.RestartAsync();
        rig.Reader("sink");
        return rig;
    }

    private static long Id(RunnerRig rig, long sequence) => rig.DeadLetters.List().Single(l => l.Letter.Sequence == sequence).Id;

    private static bool Has(Batch batch, long sequence)
    {
        for (var i = 0; i < batch.Count; i++)
        {
            if (batch[i].Sequence == sequence) return true;
        }

        return false;
    }
}
