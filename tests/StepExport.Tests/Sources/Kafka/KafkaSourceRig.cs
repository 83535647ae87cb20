using Microsoft.Extensions.Logging.Abstractions;
using StepExport.Core.Ingest;
using StepExport.Core.Telemetry;
using StepExport.Sources.Kafka;
using StepExport.Testing;
using StepExport.Testing.Ingest;
using StepExport.Testing.Kafka;

namespace StepExport.Tests.Sources.Kafka;

/// <summary>A source as the program makes it, with a real journal behind it and the mock cluster before it.</summary>
internal sealed class KafkaSourceRig : IAsyncDisposable
{
    public const string Topic = "detections";
    public const string Group = "stepexport";
    private readonly CancellationTokenSource _stop = new();
    private ISource? _source;
    private Ingress? _ingress;
    private Task _run = Task.CompletedTask;

    /// <param name="cluster">The brokers.</param>
    /// <param name="journalSize">Bytes at which the journal is full; then it takes nothing before <see cref="IngressRig.Deliver"/>.</param>
    public KafkaSourceRig(MockCluster cluster, long journalSize = 2_000_000_000)
    {
        (Cluster, Ingest) = (cluster, new(journalSize));
        Config = new()
        {
            Type = "kafka",
            BootstrapServers = cluster.BootstrapServers,
            Topics = [Topic],
            GroupId = Group,
            SessionTimeout = new(TimeSpan.FromSeconds(3)),
            StatisticsInterval = new(TimeSpan.FromMilliseconds(100)),
            Retry = new() { Initial = new(TimeSpan.FromMilliseconds(50)), Max = new(TimeSpan.FromMilliseconds(200)) },
            // The mock cluster cannot answer a fetch early
            Librdkafka = new Dictionary<string, string> { ["fetch.wait.max.ms"] = "10", ["topic.metadata.refresh.interval.ms"] = "500" },
        };
    }

    public MockCluster Cluster { get; }

    public IngressRig Ingest { get; }

    public SourceMetrics Metrics { get; } = new("source", TimeProvider.System);

    public KafkaSourceConfig Config { get; set; }

    public ComponentHealth.Snapshot Health => Metrics.Health.Current;

    /// <summary>Begins to read.</summary>
    public void Start(bool once = false)
    {
        _ingress = Ingest.Ingress(time: TimeProvider.System);
        _source = Source(once);
        _run = _source.RunAsync(_ingress, _stop.Token);
    }

    public async Task<CheckResult> CheckAsync()
    {
        await using var source = Source(once: false);
        return await source.CheckAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Reads what is there, as <c>--once</c> does.</summary>
    public async Task ReadOnceAsync()
    {
        Start(once: true);
        await _run.WaitAsync(Hangs.After);
    }

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _run.WaitAsync(Hangs.After);
        if (_source is not null) await _source.DisposeAsync();
        _ingress?.Dispose();
        (_source, _ingress) = (null, null);
    }

    public async Task UntilAsync(Func<bool> condition, string what)
    {
        using var tooLong = new CancellationTokenSource(Hangs.After);
        while (!condition())
        {
            Assert.False(_run.IsFaulted, _run.Exception?.ToString());
            Assert.False(tooLong.IsCancellationRequested, $"did not happen: {what}; health: {Health.Reason}");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Waits until the client has given its statistics so often again, ten times a second: that long nothing else has happened.</summary>
    public async Task TurnsAsync(int count)
    {
        for (IReadOnlyList<SourceGauge> seen = Metrics.Gauges; count > 0; count--)
        {
            await UntilAsync(() => !ReferenceEquals(seen, Metrics.Gauges), "the client is polled");
            seen = Metrics.Gauges;
        }
    }

    public double? Gauge(string name) => Metrics.Gauges.Where(g => g.Name == name).Select(g => (double?)g.Value).FirstOrDefault();

    public Task UntilDurableAsync(int count) => UntilAsync(() => Ingest.Durable().Length >= count, $"{count} durable");

    public long[] Committed(int partitions) => GroupOffsets.Committed(Cluster.BootstrapServers, Group, Topic, partitions);

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await Ingest.DisposeAsync();
        _stop.Dispose();
    }

    private ISource Source(bool once) =>
        new KafkaSourceFactory().Create("source", Config, new(Metrics, null, "unused", once, TimeProvider.System, NullLoggerFactory.Instance));
}
