using Serilog.Core;
using Serilog.Events;
using Serilog.Parsing;

namespace StepExport.Logs;

/// <summary>Writes a message once and counts it while it comes again within the window; at the window's end the count is written, and
/// counting goes on as long as the message does. Thread-safe.</summary>
/// <remarks>Bounded: when it knows <see cref="MaxMessages"/> different messages, further ones are written as they come.</remarks>
internal sealed class RepeatFilter : ILogEventSink, IDisposable
{
    public const int MaxMessages = 500;

    private static readonly MessageTemplateParser Templates = new();
    private readonly ILogEventSink _next;
    private readonly TimeSpan _window;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Known> _known = new(StringComparer.Ordinal);

    /// <summary>All windows have the same length, so they end in the order in which they began.</summary>
    private readonly Queue<Known> _windows = new();

    /// <param name="next">Gets what is written; not disposed of here.</param>
    /// <param name="window">How long a message counts as said.</param>
    /// <param name="time">The clock.</param>
    public RepeatFilter(ILogEventSink next, TimeSpan window, TimeProvider time)
    {
        (_next, _window, _time) = (next, window, time);
        _timer = time.CreateTimer(_ => EndWindows(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Emit(LogEvent logEvent)
    {
        if (MessageKey.Of(logEvent) is not { } key || IsFirst(key, logEvent)) _next.Emit(logEvent);
    }

    /// <summary>Writes the counts so far.</summary>
    public void Dispose()
    {
        List<LogEvent> counts;
        _timer.Dispose();
        lock (_lock)
        {
            counts = [.. _windows.Where(w => w.Repeats > 0).Select(Summary)];
            _windows.Clear();
            _known.Clear();
        }

        foreach (var count in counts) _next.Emit(count);
    }

    private bool IsFirst(string key, LogEvent logEvent)
    {
        lock (_lock)
        {
            if (_known.TryGetValue(key, out var known))
            {
                (known.Repeats, known.Last) = (known.Repeats + 1, logEvent);
                return false;
            }

            if (_known.Count < MaxMessages) _known[key] = Begin(new(key, logEvent));
            return true;
        }
    }

    private void EndWindows()
    {
        var counts = new List<LogEvent>();
        lock (_lock)
        {
            while (_windows.TryPeek(out var window) && _time.GetElapsedTime(window.Began) >= _window)
            {
                _windows.Dequeue();
                if (window.Repeats == 0)
                {
                    _known.Remove(window.Key);
                    continue;
                }

                counts.Add(Summary(window));
                Begin(window);
            }

            if (_windows.TryPeek(out var next)) Arm(_window - _time.GetElapsedTime(next.Began));
        }

        foreach (var count in counts) _next.Emit(count);
    }

    private Known Begin(Known window)
    {
        (window.Began, window.Repeats) = (_time.GetTimestamp(), 0);
        _windows.Enqueue(window);
        if (_windows.Count == 1) Arm(_window);
        return window;
    }

    private void Arm(TimeSpan wait) => _timer.Change(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);

    /// <summary>The last of the repeats with its own values; when there was only one, nothing else.</summary>
    private LogEvent Summary(Known window)
    {
        var last = window.Last;
        if (window.Repeats == 1) return last;
        var template = Templates.Parse(last.MessageTemplate.Text + " (repeated {Repeats} times in the last {WindowSeconds} s)");
        return new(_time.GetUtcNow(), last.Level, exception: null, template,
        [
            .. last.Properties.Select(p => new LogEventProperty(p.Key, p.Value)),
            new("Repeats", new ScalarValue(window.Repeats)),
            new("WindowSeconds", new ScalarValue(_window.TotalSeconds)),
        ]);
    }

    private sealed class Known(string key, LogEvent first)
    {
        public string Key => key;

        public LogEvent Last { get; set; } = first;

        public long Began { get; set; }

        public int Repeats { get; set; }
    }
}
