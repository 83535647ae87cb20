using StepExport.Core.Telemetry;

namespace StepExport.Sources.S3;

/// <summary>Messages that are not about a bucket: left to the queue's redrive policy, and shown in the health when they keep coming.</summary>
internal sealed partial class UnknownMessages(string queue, JoinedHealth health, TimeProvider time, ILogger logger)
{
    /// <summary>More are not told apart.</summary>
    private const int MostKept = 1000;

    /// <summary>What has not come for so long has gone to where the redrive policy sends it.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromHours(1);

    private readonly Dictionary<string, (DateTimeOffset Last, int Times)> _seen = new(StringComparer.Ordinal);

    public void Note(QueueMessage message)
    {
        var times = _seen.GetValueOrDefault(message.Id).Times + 1;
        if (times == 1 && _seen.Count >= MostKept) return;
        _seen[message.Id] = (time.GetUtcNow(), times);
        if (times == 1) Log.Unknown(logger, message.Id, queue);
        else Show();
    }

    /// <summary>Drops what does not come any more.</summary>
    public void Forget()
    {
        if (_seen.Count == 0) return;
        var before = time.GetUtcNow() - Kept;
        foreach (var (id, (last, _)) in _seen)
        {
            if (last < before) _seen.Remove(id);
        }

        Show();
    }

    private void Show()
    {
        var count = _seen.Values.Count(seen => seen.Times > 1);
        health.Set("messages", count == 0 ? null : FormattableString.Invariant($"{queue}: {count} messages are no events of a bucket and come again and again: give the queue a redrive policy"));
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 514, Level = LogLevel.Warning, Message = "message {Id} of {Queue} is no event of a bucket; it is not deleted")]
        public static partial void Unknown(ILogger logger, string id, string queue);
    }
}
