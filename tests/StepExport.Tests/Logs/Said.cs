using System.Globalization;
using Serilog.Core;
using Serilog.Events;
using Serilog.Extensions.Logging;
using StepExport.Logs;

namespace StepExport.Tests.Logs;

/// <summary>Keeps what is written, and writes like the program does: through Microsoft's logger into Serilog.</summary>
internal sealed class Said : IDisposable
{
    private readonly Keeper _keeper = new();
    private readonly SerilogLoggerFactory _factory;

    public Said(Func<ILogEventSink, ILogEventSink>? through = null)
    {
        var configuration = new Serilog.LoggerConfiguration().MinimumLevel.Verbose().WriteTo.Sink(through?.Invoke(_keeper) ?? _keeper);
        _factory = new(configuration.CreateLogger(), dispose: true);
        Log = _factory.CreateLogger("StepExport.Some");
    }

    public Microsoft.Extensions.Logging.ILogger Log { get; }

    public IReadOnlyList<LogEvent> Events => _keeper.Events;

    public IReadOnlyList<string> Messages => [.. Events.Select(LogLine.Render)];

    /// <summary>The last one as JSON.</summary>
    public string Json(string host = "h", string version = "1")
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        new LogLine(host, version).Write(Events[^1], text);
        return text.ToString();
    }

    public void Dispose() => _factory.Dispose();

    private sealed class Keeper : ILogEventSink
    {
        private readonly Lock _lock = new();
        private readonly List<LogEvent> _events = [];

        public IReadOnlyList<LogEvent> Events
        {
            get { lock (_lock) return [.. _events]; }
        }

        public void Emit(LogEvent logEvent)
        {
            lock (_lock) _events.Add(logEvent);
        }
    }
}
