using StepExport.Configuration;
using StepExport.Core.Delivery;
using StepExport.Core.Telemetry;
using StepExport.Testing;
using StepExport.Testing.Delivery;
using StepExport.Testing.SplunkHec;

namespace StepExport.Tests.Sinks.SplunkHec;

/// <summary>The sink and a collector for the contract tests, with acknowledgement or without.</summary>
internal sealed class HecUnderTest : SinkUnderTest
{
    private HecUnderTest(FakeHecServer server, string acknowledgement)
    {
        Server = server;
        // A clock on which the pauses between questions are short, and no time-out comes by accident.
        TimeProvider time = acknowledgement == "off" ? TimeProvider.System : new SwiftTime(100);
        var config = HecHarness.Config(server) with { Acknowledgement = acknowledgement, Timeout = Duration.Parse("1h"), AcknowledgementTimeout = Duration.Parse("1h") };
        Sink = HecHarness.Sink(config, Metrics, time);
    }

    public FakeHecServer Server { get; }

    public override ISink Sink { get; }

    public override SinkMetrics Metrics { get; } = new("splunk", TimeProvider.System);

    public override bool CanBreak => true;

    public static async Task<HecUnderTest> StartAsync(string acknowledgement = "off") =>
        new(await FakeHecServer.StartAsync(new() { Acknowledgement = acknowledgement != "off" }), acknowledgement);

    public override Task<IReadOnlyList<string>> ArrivedAsync() =>
        Task.FromResult<IReadOnlyList<string>>([.. Server.Index.Events.Select(e => e.Uid)]);

    public override Task BreakAsync() => Script(HecReply.Busy);

    public override Task RepairAsync() => Script(null);

    public override async ValueTask DisposeAsync()
    {
        await Sink.DisposeAsync();
        await Server.DisposeAsync();
    }

    private Task Script(HecReply? always)
    {
        Server.Script.Always(always);
        return Task.CompletedTask;
    }
}
