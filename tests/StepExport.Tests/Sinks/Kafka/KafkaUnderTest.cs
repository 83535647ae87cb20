using StepExport.Configuration;
using StepExport.Core.Delivery;
using StepExport.Core.Telemetry;
using StepExport.Testing.Delivery;
using StepExport.Testing.Kafka;

namespace StepExport.Tests.Sinks.Kafka;

/// <summary>The sink and a cluster of its own with one topic.</summary>
internal sealed class KafkaUnderTest : SinkUnderTest
{
    public KafkaUnderTest(int partitions = 1, int brokers = 1, Duration? timeout = null)
    {
        Cluster = new(brokers);
        Cluster.CreateTopic(KafkaHarness.Topic, partitions);
        Sink = KafkaHarness.Sink(KafkaHarness.Config(Cluster) with { Timeout = timeout ?? KafkaHarness.Config(Cluster).Timeout }, Metrics);
    }

    public MockCluster Cluster { get; }

    public override ISink Sink { get; }

    public override SinkMetrics Metrics { get; } = new("bus", TimeProvider.System);

    public override bool CanBreak => true;

    public IReadOnlyList<KafkaMessage> Messages => KafkaReader.Read(Cluster.BootstrapServers, KafkaHarness.Topic);

    public override Task<IReadOnlyList<string>> ArrivedAsync() => Task.FromResult<IReadOnlyList<string>>([.. Messages.Select(m => m.Uid)]);

    public override Task BreakAsync()
    {
        Cluster.BreakAll();
        return Task.CompletedTask;
    }

    public override Task RepairAsync()
    {
        Cluster.RepairAll();
        return Task.CompletedTask;
    }

    public override async ValueTask DisposeAsync()
    {
        await Sink.DisposeAsync();
        Cluster.Dispose();
    }
}
