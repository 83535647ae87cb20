using StepExport.Testing.Delivery;

namespace StepExport.Tests.Sinks.SplunkHec;

public sealed class HecSinkContractTests : SinkContractTests
{
    [Theory]
    [InlineData(6)]
    [InlineData(7)]
    public async Task A_refused_event_is_the_only_dead_letter_and_all_others_arrive_once(int code)
    {
        await using var rig = await RunnerRig.StartAsync(60);
        await using var splunk = await HecUnderTest.StartAsync();
        var offender = new SomeRecord(27).Uid;
        splunk.Server.Script.Refuse(e => e.Uid == offender, code);
        await using var running = rig.Run(splunk.Sink);

        // Nothing here has to wait: a refusal that names its event is dealt with at once.
        await running.DrainAtOnceAsync();

        var letter = Assert.Single(rig.DeadLetters.List()).Letter;
        Assert.Equal((offender, 27L, $"HTTP 400/{code}"), (letter.Uid, letter.Sequence, letter.Code));
        Assert.Equal((59, 0, 0), (splunk.Server.Index.Distinct, splunk.Server.Index.Duplicates, splunk.Server.Index.Count(offender)));
        Assert.Equal((59, 1, 60), (running.Metrics.Delivered, running.Metrics.Rejected, running.Reader.Cursor));
    }

    [Fact]
    public async Task A_refused_token_holds_everything_back_and_drops_nothing()
    {
        await using var rig = await RunnerRig.StartAsync(60);
        await using var splunk = await HecUnderTest.StartAsync();
        var token = splunk.Server.Token;
        splunk.Server.Token = "another";
        await using var running = rig.Run(splunk.Sink);

        await rig.AdvanceUntilAsync(RunnerRig.UntilAsync(() => splunk.Server.Received.Count > 10));
        Assert.Equal((0, 0), (running.Reader.Cursor, rig.DeadLetters.Count));
        Assert.Contains("HTTP 403/4", running.Metrics.Health.Current.Reason, StringComparison.Ordinal);

        splunk.Server.Token = token;
        await running.DrainAsync();
        Assert.Equal((60, 0), (splunk.Server.Index.Distinct, splunk.Server.Index.Duplicates));
        Assert.True(running.Metrics.Health.Current.Ok);
    }

    private protected override async Task<SinkUnderTest> StartAsync() => await HecUnderTest.StartAsync();
}
