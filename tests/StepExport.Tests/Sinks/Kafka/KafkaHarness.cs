using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using StepExport.Configuration;
using StepExport.Core.Delivery;
using StepExport.Core.Telemetry;
using StepExport.Sinks.Kafka;
using StepExport.Testing.Kafka;

namespace StepExport.Tests.Sinks.Kafka;

/// <summary>The sink as the program makes it, pointed at a mock cluster.</summary>
internal static class KafkaHarness
{
    public const string Topic = "detections";

    /// <summary>For tests that wait for it to pass.</summary>
    public static Duration ShortTimeout { get; } = new(TimeSpan.FromSeconds(3));

    public static KafkaSinkConfig Config(MockCluster cluster, string topic = Topic) => Config(cluster.BootstrapServers, topic);

    public static KafkaSinkConfig Config(string servers, string topic = Topic) => new()
    {
        Type = "kafka",
        BootstrapServers = servers,
        Topic = topic,
        Timeout = new(TimeSpan.FromSeconds(20)),
        StatisticsInterval = new(TimeSpan.FromMilliseconds(100)),
    };

    public static ISink Sink(MockCluster cluster) => Sink(Config(cluster));

    public static ISink Sink(KafkaSinkConfig config, SinkMetrics? metrics = null, ILoggerFactory? loggers = null) => new KafkaSinkFactory().Create(
        "bus", config, new(metrics ?? new("bus", TimeProvider.System), "unused", TimeProvider.System, loggers ?? NullLoggerFactory.Instance));
}
