using Confluent.Kafka;

namespace StepExport.Kafka;

/// <summary>Brings the client's own lines into the program's log: not more than a few a minute, because a client without brokers
/// says so many times a second. Thread-safe.</summary>
internal sealed partial class KafkaLog(ILogger logger, TimeProvider time)
{
    private const int LinesPerMinute = 10;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private readonly Lock _lock = new();
    private long _since = time.GetTimestamp();
    private int _lines;
    private int _left;

    /// <summary>A line of the client's log.</summary>
    public void Write(LogMessage line) => Write(LevelOf(line.Level), line.Message);

    /// <summary>Something the client reports besides the records and does not write into its log.</summary>
    public void Write(Error error) => Write(LogLevel.Warning, error.Reason);

    private void Write(LogLevel level, string text)
    {
        if (!logger.IsEnabled(level)) return;
        int left;
        lock (_lock)
        {
            if (time.GetElapsedTime(_since) >= Minute) (_since, _lines) = (time.GetTimestamp(), 0);
            if (++_lines > LinesPerMinute)
            {
                _left++;
                return;
            }

            (left, _left) = (_left, 0);
        }

        if (left > 0) Log.LeftOut(logger, left);
        Log.Line(logger, level, text);
    }

    private static LogLevel LevelOf(SyslogLevel level) => level switch
    {
        <= SyslogLevel.Critical => LogLevel.Error,
        <= SyslogLevel.Warning => LogLevel.Warning,
        SyslogLevel.Notice => LogLevel.Information,
        _ => LogLevel.Debug,
    };

    private static partial class Log
    {
        [LoggerMessage(EventId = 421, Message = "Kafka client: {Text}")]
        public static partial void Line(ILogger logger, LogLevel level, string text);

        [LoggerMessage(EventId = 422, Level = LogLevel.Warning, Message = "Kafka client: {Count} more lines were left out")]
        public static partial void LeftOut(ILogger logger, int count);
    }
}
