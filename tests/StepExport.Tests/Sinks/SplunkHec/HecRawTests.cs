using System.Text;
using StepExport.Core.Delivery;
using StepExport.Sinks.SplunkHec;
using StepExport.Testing.Delivery;
using StepExport.Testing.SplunkHec;

namespace StepExport.Tests.Sinks.SplunkHec;

/// <summary>The raw endpoint: one finding per line, everything else in the address.</summary>
public sealed class HecRawTests : IAsyncLifetime
{
    private FakeHecServer _server = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await FakeHecServer.StartAsync(new() { Indexes = ["security", "acme", "rest"] });

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("gzip")]
    [InlineData("none")]
    public async Task Findings_are_lines_and_metadata_stand_in_the_address(string compression)
    {
        await using var sink = HecHarness.Sink(Config() with { Index = "security", Host = "ci & co", Source = "a=b", Compression = compression });

        Assert.Same(SendResult.Delivered, await sink.SendAsync(HecRecords.Batch(3), Stop));

        var request = Assert.Single(_server.Received);
        Assert.Equal("/services/collector/raw", request.Path);
        Assert.Equal(
            [("host", "ci & co"), ("index", "security"), ("source", "a=b"), ("sourcetype", "stepsecurity:detection:ocsf")],
            request.Query.Select(q => (q.Key, q.Value)).Order());
        Assert.True(Guid.TryParse(request.Channel, out _));
        Assert.Equal("{\"n\":0}\n{\"n\":1}\n{\"n\":2}\n", Encoding.UTF8.GetString(request.Plain()));
    }

    [Fact]
    public async Task Host_is_left_to_Splunk_unless_configured()
    {
        await using var sink = HecHarness.Sink(Config());

        await sink.SendAsync(HecRecords.Batch(1), Stop);

        Assert.Equal(["source", "sourcetype"], _server.Received[0].Query.Keys.Order());
    }

    [Fact]
    public async Task A_batch_is_split_by_what_its_templates_make_of_it()
    {
        await using var sink = HecHarness.Sink(Config() with { Index = "{owner}", Host = "{owner}-{repo}" });
        var batch = new Batch(new[] { HecRecords.Record(0, "acme/a"), HecRecords.Record(1, "acme/b"), HecRecords.Record(2, "acme/a"), HecRecords.Record(3, "rest/a") });

        Assert.Same(SendResult.Delivered, await sink.SendAsync(batch, Stop));

        Assert.Equal(
            ["acme acme-a {\"n\":0}{\"n\":2}", "acme acme-b {\"n\":1}", "rest rest-a {\"n\":3}"],
            _server.Received.Select(r => $"{r.Query["index"]} {r.Query["host"]} {Encoding.UTF8.GetString(r.Plain()).ReplaceLineEndings("")}").Order());
    }

    [Fact]
    public async Task Very_many_splits_follow_one_another_and_lose_nothing()
    {
        await using var rig = await RunnerRig.StartAsync(0);
        await rig.AppendAsync(60, r => r with { Repository = $"acme/shop{r.Number}" });
        await using var sink = HecHarness.Sink(Config() with { Host = "{repo}" });
        await using var running = rig.Run(sink, RunnerRig.Settings with { BatchMaxEvents = 60, InFlight = 1 });

        await running.DrainAtOnceAsync();

        Assert.Equal((60, 0), (_server.Index.Distinct, _server.Index.Duplicates));
        Assert.Equal(60, _server.Received.Count);
        Assert.Equal(60, running.Metrics.Delivered);
    }

    [Fact]
    public async Task An_index_that_Splunk_does_not_have_gives_way_to_the_fallback()
    {
        await using var rig = await RunnerRig.StartAsync(0);
        await rig.AppendAsync(20, r => r.Number % 2 == 0 ? r with { Repository = "evil/x" } : r);
        await using var sink = HecHarness.Sink(Config() with { Index = "{owner}", FallbackIndex = "rest" });
        await using var running = rig.Run(sink, RunnerRig.Settings with { InFlight = 1 });

        await running.DrainAtOnceAsync();

        Assert.Equal((20, 0, 0), (_server.Index.Distinct, _server.Index.Duplicates, rig.DeadLetters.Count));
        Assert.Equal(10, _server.Index.Events.Count(e => e.Index == "rest"));
        Assert.Equal(5, _server.Received.Count);
    }

    [Fact]
    public async Task A_wrong_index_for_all_waits_for_a_person()
    {
        await using var sink = HecHarness.Sink(Config() with { Index = "nowhere" });

        var result = await sink.SendAsync(HecRecords.Batch(3), Stop);

        Assert.Equal((RecordOutcome.Retry, true, "HTTP 400/7"), (result.Outcome, result.NeedsOperator, result.Code));
    }

    private HecConfig Config() => HecHarness.Config(_server) with { Collector = "raw" };
}
