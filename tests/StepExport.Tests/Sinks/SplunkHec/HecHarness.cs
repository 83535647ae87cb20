using Microsoft.Extensions.Logging.Abstractions;
using StepExport.Configuration;
using StepExport.Core.Delivery;
using StepExport.Core.Formats;
using StepExport.Core.Telemetry;
using StepExport.Sinks.SplunkHec;
using StepExport.Testing.SplunkHec;

namespace StepExport.Tests.Sinks.SplunkHec;

/// <summary>The sink as the program makes it, pointed at a double.</summary>
internal static class HecHarness
{
    public static HecConfig Config(FakeHecServer server) => Config(server.Address, new Secret(server.Token));

    public static HecConfig Config(string address, Secret token) => new() { Type = "splunk_hec", Endpoints = [address], Token = token, Acknowledgement = "off" };

    public static ISink Sink(FakeHecServer server) => Sink(Config(server));

    public static ISink Sink(HecConfig config, SinkMetrics? metrics = null, TimeProvider? time = null)
    {
        time ??= TimeProvider.System;
        return new HecSinkFactory().Create("splunk", config, new(metrics ?? new("splunk", time), "unused", time, NullLoggerFactory.Instance));
    }

    /// <summary>As for the default token.</summary>
    public static HecEncoder Encoder(HecConfig config) => new(HecMetadata.Of(config), Indexes(config), RecordFormat.Default);

    public static HecIndexes Indexes(HecConfig config, TimeProvider? time = null) => new(
        config.Index is null ? null : HecMetadata.Parse(config.Index), config.FallbackIndex, config.AllowedIndexes, time ?? TimeProvider.System, NullLogger.Instance);
}
