using System.Diagnostics;
using StepExport.Configuration;
using StepExport.Core.Telemetry;
using StepExport.Testing;
using StepExport.Testing.Delivery;
using StepExport.Testing.SplunkHec;

namespace StepExport.Tests.Sinks.SplunkHec;

/// <summary>One of two real servers is killed while the runner sends as fast as it can.</summary>
public sealed class HecEndpointKillTests
{
    private const int Records = 6000;

    [Theory]
    [InlineData("off")]
    [InlineData("required")]
    public async Task Nothing_is_lost_the_gauge_shows_it_and_the_other_endpoint_goes_on_within_seconds(string acknowledgement)
    {
        await using var rig = await RunnerRig.StartAsync(Records);
        var index = new HecIndex(keepEvents: false);
        var options = new HecServerOptions { Acknowledgement = acknowledgement != "off", Index = index, KeepsRequests = false };
        await using var killed = await FakeHecServer.StartAsync(options);
        await using var other = await FakeHecServer.StartAsync(options);
        var metrics = new SinkMetrics("splunk", TimeProvider.System);
        var config = HecHarness.Config(killed) with
        {
            Endpoints = [killed.Address, other.Address],
            Acknowledgement = acknowledgement,
            AcknowledgementTimeout = Duration.Parse("60s"),
            Timeout = Duration.Parse("10m"),
        };
        await using var sink = HecHarness.Sink(config, metrics, new SwiftTime(50));
        await using var running = rig.Run(sink, RunnerRig.Settings with { InFlight = 16 });

        await index.WhenDistinct(Records / 4);
        await killed.DisposeAsync();
        var down = Stopwatch.StartNew();
        var before = index.Distinct;
        await index.WhenDistinct(Math.Min(before + 500, Records));
        var recovered = down.Elapsed;
        await running.DrainAsync();

        Assert.Equal((Records, 0, Records), (index.Distinct, rig.DeadLetters.Count, running.Reader.Cursor));
        Assert.InRange(recovered, TimeSpan.Zero, TimeSpan.FromSeconds(10));
        Assert.Equal((0, 1), (Gauge(metrics, "hec_endpoint_up", killed), Gauge(metrics, "hec_endpoint_up", other)));
        Assert.True(Gauge(metrics, "hec_endpoint_ejections_total", killed) >= 1);
        Assert.InRange(index.Duplicates, 0, 16 * 10);
    }

    private static double Gauge(SinkMetrics metrics, string name, FakeHecServer server) =>
        metrics.Gauges.Single(g => g.Name == name && g.Label == ("endpoint", new Uri(server.Address).Authority)).Value;
}
