using System.Threading.Channels;
using StepExport.Core.Telemetry;

namespace StepExport.Sources.S3;

/// <summary>Receives messages beside the listing, hands the objects that they name to the one who reads, and deletes what is done.</summary>
/// <remarks>One batch at a time: the next is asked for when the last is settled, so that none waits here until it shows again elsewhere.</remarks>
internal sealed partial class QueueListener(
    S3SourceConfig config, NotificationQueue queue, SourceRetry retry, JoinedHealth health, TimeProvider time, ILogger logger)
{
    private const string Part = "the queue";

    /// <summary>A queue that answers at once with nothing is not asked more often.</summary>
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    private readonly Channel<Batch> _batches = Channel.CreateBounded<Batch>(1);
    private readonly UnknownMessages _unknown = new(config.Notifications?.QueueUrl ?? "", health, time, logger);
    private long _foreign;

    /// <summary>Ends with <paramref name="stop"/>, or with a bug.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                var asked = time.GetTimestamp();
                var messages = await retry.UntilAnsweredAsync(Part, queue.ReceiveAsync, stop);
                _unknown.Forget();
                if (messages.Count > 0) await HandleAsync(messages, stop);
                else if (time.GetElapsedTime(asked) < Shortest) await Task.Delay(Shortest, time, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // What was not deleted comes again
        }
        finally
        {
            _batches.Writer.TryComplete();
        }
    }

    /// <summary>Completes after the time, or when objects are there to be read.</summary>
    public async Task WaitAsync(TimeSpan wait, CancellationToken stop)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var arrival = _batches.Reader.WaitToReadAsync(enough.Token).AsTask();
        await Task.WhenAny(arrival, Task.Delay(wait, time, enough.Token));
        await enough.CancelAsync();
        stop.ThrowIfCancellationRequested();
    }

    /// <summary>Has the objects read that are there.</summary>
    public async Task TakeAsync(BucketScan scan, CancellationToken stop)
    {
        while (_batches.Reader.TryRead(out var batch)) batch.Unread.SetResult(await scan.ReadNamedAsync(batch.Objects, stop));
    }

    private async Task HandleAsync(IReadOnlyList<QueueMessage> messages, CancellationToken stop)
    {
        var understood = new List<(QueueMessage Message, List<ListedObject> Objects)>();
        foreach (var message in messages)
        {
            if (BucketEvent.Read(message.Body) is { } named) understood.Add((message, [.. named.Where(IsOurs).Select(Listed)]));
            else _unknown.Note(message);
        }

        var batch = new Batch([.. understood.SelectMany(one => one.Objects).Distinct()], new(TaskCreationOptions.RunContinuationsAsynchronously));
        HashSet<ListedObject> unread = [];
        if (batch.Objects.Count > 0)
        {
            await _batches.Writer.WriteAsync(batch, stop);
            unread = await batch.Unread.Task.WaitAsync(stop);
        }

        var done = understood.Where(one => !one.Objects.Exists(unread.Contains)).Select(one => one.Message).ToList();
        if (done.Count > 0) await retry.UntilAnsweredAsync(Part, token => queue.DeleteAsync(done, token), stop);
    }

    private bool IsOurs(NamedObject named)
    {
        var isOurs = named.Bucket == config.Bucket && named.Key.StartsWith(config.Prefix, StringComparison.Ordinal)
            && config.Suffixes.Any(suffix => named.Key.EndsWith(suffix, StringComparison.Ordinal));
        // The first shows that the queue has others' messages, and then every thousandth how many
        if (!isOurs && _foreign++ % 1000 == 0) Log.Foreign(logger, KeyText.Shown(named.Bucket, named.Key), _foreign);
        return isOurs;
    }

    /// <summary>What has just been written is no matter of the look-back.</summary>
    private static ListedObject Listed(NamedObject named) => new(named.Key, named.ETag, 0, DateTimeOffset.MaxValue);

    /// <summary>Objects to read, and those of them that could not be.</summary>
    private sealed record Batch(IReadOnlyList<ListedObject> Objects, TaskCompletionSource<HashSet<ListedObject>> Unread);

    private static partial class Log
    {
        [LoggerMessage(EventId = 513, Level = LogLevel.Information, Message = "the queue names objects that are not this source's, e.g. {Address}; passed over so far: {Count}")]
        public static partial void Foreign(ILogger logger, string address, long count);
    }
}
