using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Extensions.Logging;
using StepExport.Configuration;
using StepExport.Core.Telemetry;
using StepExport.Logs;

namespace StepExport.Cli;

/// <summary>The program's own log: on standard error, for standard output belongs to the data, and in Splunk when told to.</summary>
/// <remarks>
/// <code>
/// logger -> RepeatFilter -> standard error
///        -> RepeatFilter -> HecLogSink -> LogQueue -> LogShipper -> HecClient
/// LogShipper's own words -> RepeatFilter -> standard error, never back into its queue
/// </code>
/// </remarks>
internal sealed class ProgramLog : IAsyncDisposable
{
    private readonly List<IDisposable> _parts = [];
    private readonly SplunkLog? _splunk;
    private readonly Logger _logger;

    /// <param name="config">Checked.</param>
    /// <param name="isTerminal">Whether a person may be looking on.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="IOException">A file under <c>log.splunk.tls</c> cannot be read.</exception>
    public ProgramLog(LogConfig config, bool isTerminal, TimeProvider time)
    {
        var host = Environment.MachineName;
        var line = new LogLine(host, Composition.Version);
        var isText = config.Format == LogFormat.Text || (config.Format == LogFormat.Auto && isTerminal);
        var terminal = isText ? (Serilog.Formatting.ITextFormatter)new TextLines(isTerminal && Environment.GetEnvironmentVariable("NO_COLOR") is not { Length: > 0 }) : new JsonLines(line);
        var all = new LoggerConfiguration().MinimumLevel.Is(LevelOf(config.Level)).MinimumLevel.Override("Microsoft", LogEventLevel.Warning);
        foreach (var (category, level) in config.Overrides) all.MinimumLevel.Override(category, LevelOf(level));

        var console = Own(new LoggerConfiguration().MinimumLevel.Verbose().WriteTo.Console(terminal, standardErrorFromLevel: LogEventLevel.Verbose).CreateLogger());
        var errors = Filtered(console, config, time);
        all.WriteTo.Sink(errors);
        if (config.Splunk is { } splunk)
        {
            var words = Own(new LoggerConfiguration().MinimumLevel.Is(LevelOf(config.Level)).WriteTo.Sink(errors).CreateLogger());
            var loggers = Own(new SerilogLoggerFactory(words));
            _splunk = new(splunk, line, host, time, loggers.CreateLogger("StepExport.Logs"));
            all.WriteTo.Sink(Filtered(_splunk.Sink, config, time), restrictedToMinimumLevel: LevelOf(splunk.Level));
        }

        _logger = all.CreateLogger();
    }

    public Serilog.ILogger Logger => _logger;

    /// <summary>What became of the lines for Splunk; null when there are none.</summary>
    public Func<LogStatus>? Shipped => _splunk is null ? null : () => _splunk.Status;

    public async ValueTask DisposeAsync()
    {
        // The filters with it: their last counts still go to Splunk.
        await _logger.DisposeAsync();
        if (_splunk is not null) await _splunk.DisposeAsync();
        foreach (var part in Enumerable.Reverse(_parts)) part.Dispose();
    }

    private static LogEventLevel LevelOf(LogVerbosity level) => Enum.Parse<LogEventLevel>(level.ToString());

    private static ILogEventSink Filtered(ILogEventSink output, LogConfig config, TimeProvider time) =>
        config.RepeatWindow.Value == TimeSpan.Zero ? output : new RepeatFilter(output, config.RepeatWindow, time);

    private T Own<T>(T part)
        where T : IDisposable
    {
        _parts.Add(part);
        return part;
    }
}
