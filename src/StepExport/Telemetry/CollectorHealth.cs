namespace StepExport.Telemetry;

/// <summary>Says once that a collector does not take what is sent to it, and once that it does again. Thread-safe.</summary>
internal sealed partial class CollectorHealth(Uri collector, ILogger log)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, string> _troubles = new(StringComparer.Ordinal);

    /// <param name="signal">metrics or traces.</param>
    /// <param name="reason">In words for an operator.</param>
    public void Failed(string signal, string reason)
    {
        lock (_lock)
        {
            var isNews = !_troubles.ContainsValue(reason);
            _troubles[signal] = reason;
            if (isNews) Log.Failed(log, signal, collector.Authority, reason);
        }
    }

    /// <param name="signal">metrics or traces.</param>
    public void Succeeded(string signal)
    {
        lock (_lock)
        {
            if (_troubles.Remove(signal) && _troubles.Count == 0) Log.Succeeded(log, collector.Authority);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 611, Level = LogLevel.Warning, Message = "The {Signal} for {Collector} are not taken: {Reason}; this is said once, and the program goes on without")]
        public static partial void Failed(ILogger logger, string signal, string collector, string reason);

        [LoggerMessage(EventId = 612, Level = LogLevel.Information, Message = "{Collector} takes metrics and traces again")]
        public static partial void Succeeded(ILogger logger, string collector);
    }
}
