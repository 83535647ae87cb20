using StepExport.Aws;
using StepExport.Configuration;
using StepExport.Core.Ingest;
using StepExport.Core.Telemetry;

namespace StepExport.Sources.S3;

/// <summary>Reads the objects of a bucket, one after the other, and goes on looking for new ones.</summary>
/// <remarks>
/// Two ways of looking. A poll lists what sorts behind the last known key: one request when there is nothing, and enough for keys that
/// grow with time. A round lists everything, and reads what is not finished: late keys, overwritten objects, those that could not be
/// read. Since a listing goes on from any key, polls come between the pages of a long round, and a page may be asked for again.
/// </remarks>
internal sealed partial class S3Source : ISource
{
    private readonly S3SourceConfig _config;
    private readonly SourceContext _context;
    private readonly ILogger _logger;
    private readonly S3Connection _connection;
    private readonly Bucket _bucket;
    private readonly JoinedHealth _health;
    private readonly SourceRetry _retry;
    private readonly ObjectTroubles _troubles;
    private readonly S3Progress _progress;
    private readonly NotificationQueue? _queue;
    private FinishedObjects? _finished;

    /// <exception cref="IOException">The checkpoint or a file under <c>tls</c> cannot be read.</exception>
    public S3Source(string name, S3SourceConfig config, SourceContext context)
    {
        (_config, _context) = (config, context);
        _logger = context.Loggers.CreateLogger($"s3.{name}");
        var use = new S3Use($"s3:ListBucket on {config.Bucket} and s3:GetObject on its objects", "bucket, prefix, region, endpoint or pathStyle");
        // One for listings, and the one that is being read
        _connection = S3Connection.Open(config, use, config.Concurrency + 2, context.Time);
        _bucket = new(config, _connection, context.Time);
        _health = new(context.Metrics.Health);
        _retry = new(name, config.Retry, _health, context.Time, _logger);
        _troubles = new(config.Bucket, _health, _logger);
        _queue = config.Notifications is { } notifications ? new(config, notifications, context.Time) : null;
        _progress = Restore();
    }

    /// <exception cref="IOException">The journal or the file of finished objects fails; with <c>--once</c>: an object could not be read.</exception>
    public async Task RunAsync(Ingress ingress, CancellationToken stop)
    {
        await Task.Yield();
        _finished = FinishedObjects.Open(_context.Folder);
        ingress.Checkpoint = _progress.Encode;
        using var reader = new ObjectReader(_config, _bucket, _connection, _retry, ingress);
        var scan = new BucketScan(_config, _context.Time, _bucket, _retry, _finished, _troubles, _progress, reader, ingress);
        try
        {
            await scan.ResumeAsync(stop);
            if (_context.Once) await scan.RoundAsync(stop);
            else if (_queue is null) await FollowAsync(scan, null, stop);
            else await ListenAsync(scan, _queue, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // What is not durable yet is read again from the checkpoint
            return;
        }

        // A run that ends must not look complete when it is not
        if (_troubles.Text is { } text) throw new IOException(text);
    }

    public async Task<CheckResult> CheckAsync(CancellationToken cancellationToken)
    {
        var bucket = await CheckBucketAsync(cancellationToken);
        if (_queue is null) return bucket;
        var queue = await _queue.LookAsync(cancellationToken);
        return new(
            bucket.Ok && queue.Value is not null, $"{bucket.Message} {(queue.Value is { } count ? $"The queue can be asked; it holds {count} messages." : queue.Trouble)}");
    }

    private async Task<CheckResult> CheckBucketAsync(CancellationToken cancellationToken)
    {
        var place = $"{_config.Origin} at {_connection.Target.Address.Authority}";
        var listing = await _bucket.ListAsync(null, 1, cancellationToken);
        if (listing.Value is not { } page) return new(false, listing.Trouble!);
        if (page.Objects is not [var first, ..]) return new(true, $"{place}: the bucket can be listed; nothing is there yet.");
        try
        {
            using var body = await _bucket.OpenAsync(new(first.Key, first.ETag), whichever: true, cancellationToken);
            return new(true, $"{place}: the bucket can be listed, and its first object can be read ({KeyText.Shown(_config.Bucket, first.Key)}).");
        }
        catch (Exception e) when (S3Answers.IsExpected(e, cancellationToken))
        {
            var reason = e is Amazon.Runtime.AmazonServiceException refused ? ObjectAnswers.Reason(refused) : e is ObjectReadException ? e.Message : null;
            return new(false, $"{place}: the bucket can be listed, but {KeyText.Shown(_config.Bucket, first.Key)} cannot be read: {reason ?? _connection.Explain(e).ToString()}");
        }
    }

    public ValueTask DisposeAsync()
    {
        _finished?.Dispose();
        _connection.Dispose();
        _queue?.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task ListenAsync(BucketScan scan, NotificationQueue queue, CancellationToken stop)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var listener = new QueueListener(_config, queue, _retry, _health, _context.Time, _logger);
        var listening = listener.RunAsync(either.Token);
        // The listener ends by itself only with a bug, which is the program's end
        scan.BetweenPages = async token =>
        {
            if (listening.IsFaulted) await listening;
            await listener.TakeAsync(scan, token);
        };
        try
        {
            await FollowAsync(scan, listener, stop);
        }
        finally
        {
            await either.CancelAsync();
            await listening;
        }
    }

    private async Task FollowAsync(BucketScan scan, QueueListener? listener, CancellationToken stop)
    {
        // Where nothing is known yet, the first round does it
        if (_progress.Place is not null) await scan.PollAsync(stop);
        while (true)
        {
            if (scan.IsRoundDue) await scan.RoundAsync(stop);
            await (listener?.WaitAsync(scan.Wait, stop) ?? Task.Delay(scan.Wait, _context.Time, stop));
            await scan.BetweenPages(stop);
            if (scan.IsPollDue) await scan.PollAsync(stop);
        }
    }

    private S3Progress Restore()
    {
        var now = _context.Time.GetUtcNow();
        var scope = S3Progress.ScopeOf(_config.Bucket, _config.Prefix);
        var fresh = new S3Progress { Scope = scope, Since = now - _config.Lookback?.Value };
        if (_context.Checkpoint is not { } checkpoint) return fresh;
        var progress = S3Progress.Decode(checkpoint);
        if (progress.Scope == scope) return progress;
        Log.AnotherPlace(_logger, _config.Origin);
        return fresh;
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 512, Level = LogLevel.Information, Message = "the checkpoint is of another bucket or prefix: {Origin} is read from its beginning")]
        public static partial void AnotherPlace(ILogger logger, string origin);
    }
}
