using StepExport.Core.Delivery;
using StepExport.Testing.Delivery;
using StepExport.Testing.SplunkHec;

namespace StepExport.Tests.Sinks.SplunkHec;

/// <summary>Indexes out of a template, some of which Splunk does not have, under the real runner.</summary>
public sealed class HecUnknownIndexTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Hostile_names_neither_stop_the_sink_nor_cost_a_record(bool acknowledgement)
    {
        await using var server = await FakeHecServer.StartAsync(new() { Indexes = ["sec_acme", "sec_rest"], Acknowledgement = acknowledgement });
        await using var rig = await RunnerRig.StartAsync(0);
        await rig.AppendAsync(100, r => r.Number % 20 == 7 ? r with { Repository = $"evil{r.Number}/x" } : r);
        var config = HecHarness.Config(server) with { Index = "sec_{owner}", FallbackIndex = "sec_rest", Acknowledgement = acknowledgement ? "auto" : "off" };
        await using var sink = HecHarness.Sink(config, time: rig.Time);
        await using var running = rig.Run(sink);

        await running.DrainAsync();

        Assert.Equal((100, 0), (server.Index.Distinct, rig.DeadLetters.Count));
        Assert.Equal(5, server.Index.Events.Where(e => e.Index == "sec_rest").DistinctBy(e => e.Uid).Count());
        if (!acknowledgement) Assert.Equal(0, server.Index.Duplicates);
    }

    [Fact]
    public async Task Names_that_are_not_allowed_are_not_even_tried()
    {
        await using var server = await FakeHecServer.StartAsync(new() { Indexes = ["sec_acme"] });
        await using var sink = HecHarness.Sink(HecHarness.Config(server) with { Index = "sec_{owner}", AllowedIndexes = ["sec_acme"] });

        var result = await sink.SendAsync(new(new[] { HecRecords.Record(0), HecRecords.Record(1, "evil/x") }), TestContext.Current.CancellationToken);

        Assert.Same(SendResult.Delivered, result);
        Assert.Equal(["sec_acme", null], server.Index.Events.Select(e => e.Index));
        Assert.Single(server.Received);
    }

    [Fact]
    public async Task A_fallback_that_does_not_exist_holds_everything_back_until_it_does()
    {
        await using var server = await FakeHecServer.StartAsync();
        server.Script.Refuse(e => e.Index is "sec_evil" or "gone", 7);
        await using var rig = await RunnerRig.StartAsync(0);
        await rig.AppendAsync(20, r => r.Number == 5 ? r with { Repository = "evil/x" } : r);
        await using var sink = HecHarness.Sink(HecHarness.Config(server) with { Index = "sec_{owner}", FallbackIndex = "gone" });
        await using var running = rig.Run(sink);

        await rig.AdvanceUntilAsync(RunnerRig.UntilAsync(() =>
            running.Metrics.Health.Current.Reason?.Contains("the fallback index is refused as well", StringComparison.Ordinal) == true));

        Assert.Equal(0, rig.DeadLetters.Count);
        Assert.Equal(0, server.Index.Count(new SomeRecord(5).Uid));
    }
}
