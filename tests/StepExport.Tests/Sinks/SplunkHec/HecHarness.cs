using Microsoft.Extensions.Logging.Abstractions;
using StepExport.Configuration;
using StepExport.Core.Delivery;
using StepExport.Core.Telemetry;
using StepExport.Sinks.SplunkHec;
using StepExport.Testing.SplunkHec;

namespace StepExport.Tests.Sinks.SplunkHec;

/// <summary>The sink as the program makes it, pointed at a double.</summary>
internal static class HecHarness
{
    public static HecConfig Config(FakeHecServer server) => Config(server.Address, new Secret(server.Token));

    public static HecConfig Config(string address, Secret token) => new() { Type = "splunk_hec", Endpoints = [address], Token = token };

    public static ISink Sink(FakeHecServer server) => Sink(Config(server));

    public static ISink Sink(HecConfig config, SinkMetrics? metrics = null, TimeProvider? time = null)
    {
        time ??= TimeProvider.System;
        return new HecSinkFactory().Create("splunk", config, new(metrics ?? new("splunk", time), "unused", time, NullLoggerFactory.Instance));
    }
}
