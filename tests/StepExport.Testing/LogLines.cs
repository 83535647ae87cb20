using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace StepExport.Testing;

/// <summary>Keeps what is logged, as <c>Level: message</c>.</summary>
internal sealed class LogLines : ILoggerFactory, ILogger
{
    private readonly ConcurrentQueue<string> _lines = new();

    public IReadOnlyList<string> All => [.. _lines];

    /// <summary>Takes the lines from <paramref name="level"/> on that were logged since the last call.</summary>
    public IReadOnlyList<string> Take(LogLevel level = LogLevel.Information)
    {
        var taken = new List<string>();
        while (_lines.TryDequeue(out var line)) taken.Add(line);
        return [.. taken.Where(line => Enum.Parse<LogLevel>(line.Split(':')[0]) >= level)];
    }

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue($"{logLevel}: {formatter(state, exception)}");

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public void Dispose()
    {
    }
}
