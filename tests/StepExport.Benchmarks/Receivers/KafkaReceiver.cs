using StepExport.Testing.Kafka;

namespace StepExport.Benchmarks.Receivers;

/// <summary>librdkafka's mock cluster: one broker that speaks the real protocol over TCP and keeps the newest five megabytes of each partition.</summary>
internal sealed class KafkaReceiver : IReceiver
{
    private readonly MockCluster _cluster = new();

    private KafkaReceiver()
    {
    }

    public string Address => _cluster.BootstrapServers;

    public string Totals => "the mock cluster does not count";

    public static KafkaReceiver Start() => new();

    public ValueTask DisposeAsync()
    {
        _cluster.Dispose();
        return ValueTask.CompletedTask;
    }
}
