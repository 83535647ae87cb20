using System.Collections.Concurrent;

namespace StepExport.Http;

/// <summary>Tells an operator that requests are refused: the first of a status at once, then their number once a minute.</summary>
internal sealed partial class RefusalLog(string source, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<int, Line> _lines = [];

    /// <param name="code">Status of the answer.</param>
    /// <param name="reason">Why; nothing that the sender wrote.</param>
    /// <param name="sender">Its address.</param>
    public void Add(int code, string reason, string sender)
    {
        if (!logger.IsEnabled(LogLevel.Warning)) return;
        var line = _lines.GetOrAdd(code, static _ => new());
        long count;
        lock (line)
        {
            line.Count++;
            if (line.WrittenAt is { } last && time.GetElapsedTime(last) < Interval) return;
            (count, line.Count, line.WrittenAt) = (line.Count, 0, time.GetTimestamp());
        }

        Log.Refused(logger, source, count, code, reason, sender);
    }

    private sealed class Line
    {
        public long Count { get; set; }

        public long? WrittenAt { get; set; }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 511, Level = LogLevel.Warning,
            Message = "{Source}: {Count} requests were answered {Code} since this was said last; the latest, from {Sender}: {Reason}")]
        public static partial void Refused(ILogger logger, string source, long count, int code, string reason, string sender);
    }
}
