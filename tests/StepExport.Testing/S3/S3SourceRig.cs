using System.IO.Compression;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using StepExport.Core.Ingest;
using StepExport.Core.Telemetry;
using StepExport.Sources.S3;
using StepExport.Testing.Ingest;

namespace StepExport.Testing.S3;

/// <summary>The real source in front of the double, with a real journal behind it; time passes only while the source sleeps.</summary>
internal sealed class S3SourceRig : IAsyncDisposable
{
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromMinutes(30);

    private readonly TemporaryFolder _folder = new();
    private CancellationTokenSource _stop = new();
    private Ingress? _ingress;
    private S3Source? _source;
    private Task _run = Task.CompletedTask;

    private S3SourceRig(FakeS3Server server, S3Bucket bucket)
    {
        (Server, Bucket) = (server, bucket);
        Clock = new(Journal.Time, RequestTimeout);
        Config = new()
        {
            Type = "s3",
            Bucket = bucket.Name,
            Endpoint = bucket.Endpoint,
            PathStyle = true,
            Timeout = new(RequestTimeout),
            Credentials = new() { AccessKeyId = new("id"), SecretAccessKey = new("key") },
        };
    }

    public FakeS3Server Server { get; }

    public S3Bucket Bucket { get; }

    public S3SourceConfig Config { get; set; }

    public IngressRig Journal { get; } = new();

    /// <summary>The source's own.</summary>
    public SleepingTime Clock { get; }

    /// <summary>Of the source, for what may be lost.</summary>
    public string Folder => _folder.File("sources");

    public ComponentHealth.Snapshot Health => Journal.Metrics.Health.Current;

    /// <summary>Keys that were asked for, in order.</summary>
    public string[] Gets => [.. Server.Calls.Where(call => call.Operation == "Get").Select(call => call.Key)];

    public static async Task<S3SourceRig> StartAsync()
    {
        var server = await FakeS3Server.StartAsync();
        return new(server, await server.NewBucketAsync("detections"));
    }

    public static byte[] Gzip(string text)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Fastest)) gzip.Write(Encoding.UTF8.GetBytes(text));
        return bytes.ToArray();
    }

    /// <summary>An object of so many detections, numbered from <paramref name="first"/>.</summary>
    public Task PutAsync(string key, int first, int count = 1) => key.EndsWith(".gz", StringComparison.Ordinal)
        ? Bucket.PutAsync(key, Gzip(IngressRig.Lines(first, count)))
        : Bucket.PutAsync(key, IngressRig.Lines(first, count));

    public S3Source Source(bool once) => new(
        "bucket", Config, new(Journal.Metrics, Journal.Journal.Checkpoint("source"), Folder, once, Clock, NullLoggerFactory.Instance));

    /// <summary>Lets the clock run while the source sleeps: what the network takes is no time. Fails when it hangs.</summary>
    public async Task UntilAsync(Func<bool> condition)
    {
        using var tooLong = new CancellationTokenSource(Hangs.After);
        while (!condition())
        {
            if (Clock.IsAsleep) Journal.Time.Advance(TimeSpan.FromMilliseconds(500));
            else await Task.Delay(1, tooLong.Token);
            tooLong.Token.ThrowIfCancellationRequested();
        }
    }

    /// <summary>As <c>run --once</c> does; waits of the source pass at once.</summary>
    public async Task ReadOnceAsync(IngressSettings? settings = null)
    {
        using var ingress = Journal.Ingress(settings);
        await using var source = Source(once: true);
        var run = source.RunAsync(ingress, CancellationToken.None);
        await UntilAsync(() => run.IsCompleted);
        await run;
    }

    /// <summary>Starts it as <c>run</c> does.</summary>
    public void Follow(IngressSettings? settings = null)
    {
        (_ingress, _source) = (Journal.Ingress(settings), Source(once: false));
        _run = _source.RunAsync(_ingress, _stop.Token);
    }

    /// <summary>Lets the clock run until so many detections are durable.</summary>
    public Task DurableAsync(params int[] numbers) => UntilAsync(() => numbers.All(Journal.Durable().Contains) || _run.IsCompleted);

    /// <summary>Ends what <see cref="Follow"/> has begun, wherever it is; it may be started again.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _run;
        _ingress?.Dispose();
        if (_source is not null) await _source.DisposeAsync();
        (_ingress, _source) = (null, null);
        _stop.Dispose();
        _stop = new();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
        await Journal.DisposeAsync();
        await Server.DisposeAsync();
        _folder.Dispose();
    }
}
