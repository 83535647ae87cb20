using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using StepExport.Core.DeadLetters;
using StepExport.Core.Normalization;
using StepExport.Core.Replay;
using StepExport.Testing.Ingest;

namespace StepExport.Tests.Replay;

/// <summary>What was refused at intake goes through the mapper again.</summary>
public sealed class IntakeReplayTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_can_be_mapped_now_is_durable_and_leaves_the_store_and_what_is_still_bad_stays()
    {
        await using var rig = new IngressRig();
        rig.DeadLetters.Add([Letter("line 1", IngressRig.Detection(1)), Letter("line 2", "not json"), Letter("line 3", IngressRig.Detection(3)), Letter("line 4", IngressRig.Detection(4))]);
        rig.DeadLetters.RequestReplay([1, 2, 3], DeadLetterStore.Mapper);

        await Replay(rig).DrainAsync(Stop);

        Assert.Equal([1, 3], rig.Durable());
        var left = rig.DeadLetters.List();
        Assert.Equal([("line 2", "an older mapper did not know it", 1, null), ("line 4", "an older mapper did not know it", 0, (string?)null)],
            left.Select(l => (l.Letter.Position!, l.Letter.Reason, l.Replays, l.ReplayTo)));
        Assert.Equal((2, 1), (rig.DeadLetters.Replayed, rig.DeadLetters.RefusedAgain));
    }

    [Fact]
    public async Task A_replay_that_is_given_up_leaves_the_letter_for_the_next_one()
    {
        await using var rig = new IngressRig();
        rig.DeadLetters.Add([Letter("line 1", IngressRig.Detection(1))]);
        rig.DeadLetters.RequestReplay([1], DeadLetterStore.Mapper);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Replay(rig).DrainAsync(new CancellationToken(canceled: true)));

        Assert.Equal(DeadLetterStore.Mapper, Assert.Single(rig.DeadLetters.List()).ReplayTo);
        await rig.RestartAsync();
        await Replay(rig).DrainAsync(Stop);
        Assert.Equal((0, 1), (rig.DeadLetters.Count, rig.Durable().Length));
    }

    [Fact]
    public async Task The_running_loop_sees_what_another_process_asks_for()
    {
        await using var rig = new IngressRig();
        rig.DeadLetters.Add([Letter("line 1", IngressRig.Detection(1))]);
        using var stop = new CancellationTokenSource();
        var run = Replay(rig).RunAsync(stop.Token);

        using (var other = DeadLetterStore.Open(rig.DeadLetterFile, rig.Time)) other.RequestReplay([1], DeadLetterStore.Mapper);

        await rig.AdvanceUntilAsync(() => rig.DeadLetters.Replayed == 1);
        await stop.CancelAsync();
        await run;
        Assert.Equal([1], rig.Durable());
    }

    private static IntakeReplay Replay(IngressRig rig) =>
        new(new Normalizer(new NormalizationSettings()), rig.Journal, rig.DeadLetters, rig.Time, NullLogger<IntakeReplay>.Instance);

    private static DeadLetter Letter(string position, string text) => new()
    {
        Component = "source",
        AtIntake = true,
        Reason = "an older mapper did not know it",
        Position = position,
        Bytes = Encoding.UTF8.GetBytes(text),
    };
}
