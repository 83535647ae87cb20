using Microsoft.Extensions.Logging.Abstractions;
using StepExport.Core.Delivery;
using StepExport.Core.Telemetry;
using StepExport.Sinks.S3;
using StepExport.Testing;
using StepExport.Testing.Delivery;
using StepExport.Testing.S3;

namespace StepExport.Tests.Sinks.S3;

/// <summary>The real sink, made as the program makes it, in front of a bucket.</summary>
internal sealed class S3Harness : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string? _workFolder;

    public S3Harness(S3Config config, string? workFolder = null)
    {
        _workFolder = workFolder;
        Sink = (S3Sink)new S3SinkFactory().Create("lake", config, new(Metrics, WorkFolder, TimeProvider.System, NullLoggerFactory.Instance));
    }

    public S3Harness(S3Bucket bucket, Func<S3Config, S3Config>? change = null)
        : this((change ?? (c => c))(Config(bucket)))
    {
    }

    public S3Sink Sink { get; }

    public SinkMetrics Metrics { get; } = new("lake", TimeProvider.System);

    public string WorkFolder => _workFolder ?? _folder.File("work");

    /// <summary>Spools on disk at the moment.</summary>
    public string[] SpoolFiles => Directory.Exists(WorkFolder) ? Directory.GetFiles(WorkFolder) : [];

    /// <summary>A configuration for the stores of the tests.</summary>
    public static S3Config Config(S3Bucket bucket) => new()
    {
        Type = "s3",
        Bucket = bucket.Name,
        Endpoint = bucket.Endpoint,
        PathStyle = true,
        Credentials = new() { AccessKeyId = new(RadosGateway.AccessKey), SecretAccessKey = new(RadosGateway.SecretKey) },
    };

    /// <summary>6 MB parts and no compression, so that a record of a megabyte is a megabyte in the object.</summary>
    public static S3Config InParts(S3Config config) => config with { PartSize = new(6_000_000), Compression = "none" };

    /// <summary>So many records of a megabyte each.</summary>
    public static Batch Megabytes(int count, int first = 1) =>
        SomeBatch.Of(Enumerable.Range(first, count).Select(n => new SomeRecord(n) { Padding = 1_000_000 }));

    public static string[] Uids(int first, int count) => [.. Enumerable.Range(first, count).Select(n => new SomeRecord(n).Uid)];

    /// <summary>A spool with the batch in it.</summary>
    public ISpool Spool(Batch batch, bool replayed = false)
    {
        var spool = Sink.OpenSpool(replayed);
        for (var i = 0; i < batch.Count; i++)
        {
            var record = batch[i];
            spool.Add(record);
            spool.Flush();
        }

        return spool;
    }

    public ValueTask<SendResult> SendAsync(Batch batch) => Sink.SendAsync(batch, TestContext.Current.CancellationToken);

    public double Gauge(string name) => Metrics.Gauges.SingleOrDefault(g => g.Name == name).Value;

    public async ValueTask DisposeAsync()
    {
        await Sink.DisposeAsync();
        _folder.Dispose();
    }
}
