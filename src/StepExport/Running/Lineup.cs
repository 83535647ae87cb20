using StepExport.Configuration;
using StepExport.Core.Journal;
using StepExport.Core.Telemetry;
using StepExport.Reload;

namespace StepExport.Running;

/// <summary>The sources and sinks that run: starts them, exchanges those that a reload changes, and stops them.</summary>
/// <remarks>
/// An exchanged sink goes on behind its cursor, an exchanged source behind its checkpoint; the others do not notice. While a sink is
/// exchanged its cursor goes on holding segments, so nothing is lost in between.
/// </remarks>
internal sealed partial class Lineup(LineBuilder builder, SegmentJournal journal, StatusSource status, TimeProvider time, ILogger logger)
    : IAsyncDisposable
{
    /// <summary>How long an exchanged sink may go on with what it has read; one in trouble not at all.</summary>
    private static readonly TimeSpan HandOver = TimeSpan.FromSeconds(10);

    /// <summary>Between attempts to start a source that a reload brought and that cannot start, e.g. because its port is taken.</summary>
    private static readonly TimeSpan StartAgain = TimeSpan.FromSeconds(5);

    /// <summary>Held by whoever exchanges; until <see cref="Start()"/> nobody can.</summary>
    private readonly SemaphoreSlim _change = new(0, 1);
    private readonly CancellationTokenSource _leaving = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IReadOnlyList<RunningSource> _sources = [];
    private IReadOnlyList<RunningSink> _sinks = [];
    private IReadOnlyList<string> _builtIn = [];
    private bool _closing;

    /// <summary>The sources at this moment, in the order of the configuration.</summary>
    public IReadOnlyList<SourceLine> Sources => [.. Volatile.Read(ref _sources).Select(s => s.Line)];

    /// <summary>The sinks at this moment, in the order of the configuration.</summary>
    public IReadOnlyList<SinkLine> Sinks => [.. Volatile.Read(ref _sinks).Select(s => s.Line)];

    /// <summary>Completes when every source has read everything there is; fails when a loop ends that must not.</summary>
    public Task Ended => _ended.Task;

    /// <summary>What the configuration names of <see cref="Sinks"/>; the others are the program's own, and no reload touches them.</summary>
    public IReadOnlyList<SinkSection> ConfiguredSinks => [.. Sinks.Select(s => s.Section).Where(section => !_builtIn.Contains(section.Name))];

    /// <summary>Makes what the configuration names; nothing runs yet.</summary>
    /// <param name="config">The sources and sinks.</param>
    /// <param name="builtIn">Sinks of the program itself.</param>
    /// <exception cref="IOException">A file of a section cannot be read, or the disk failed.</exception>
    public void Build(ExportConfig config, params IReadOnlyList<SinkSection> builtIn)
    {
        _builtIn = [.. builtIn.Select(section => section.Name)];
        // Every sink's reader before the first source: a sink that has no cursor yet holds no segment.
        _sinks = [.. config.Sinks.Concat(builtIn).Select(section => new RunningSink(builder.Sink(section)))];
        journal.Retire(NamesOfSinks(config));
        _sources = [.. config.Sources.Select(section => new RunningSource(builder.Source(section)))];
        Show();
    }

    public void Start()
    {
        foreach (var sink in _sinks) Start(sink);
        foreach (var source in _sources) Start(source);
        _change.Release();
    }

    /// <summary>Makes everything that is new once and throws it away.</summary>
    /// <returns>Why something cannot be made; null when everything can.</returns>
    public async Task<string?> TryAsync(ConfigDifference difference)
    {
        var at = "";
        try
        {
            foreach (var sink in difference.Sinks.Started)
            {
                at = $"sinks.{sink.Name}";
                await builder.TryAsync(sink);
            }

            foreach (var source in difference.Sources.Started)
            {
                at = $"sources.{source.Name}";
                await builder.TryAsync(source);
            }

            return null;
        }
        catch (IOException e)
        {
            return $"{at}: {e.Message}";
        }
    }

    /// <summary>Exchanges what is different: sinks first, so that a new source finds them. What cannot be made or started after all is
    /// left as it was, or started again as it was.</summary>
    /// <returns>What could not be exchanged, and why; null when the program is ending, and nothing was done.</returns>
    /// <exception cref="IOException">Not even what had been running can be started again; the program has to be.</exception>
    public async Task<IReadOnlyList<string>?> ChangeAsync(ConfigDifference difference, ExportConfig next)
    {
        await _change.WaitAsync();
        try
        {
            if (_closing) return null;
            var failures = new List<string>();
            await ChangeSinksAsync(difference.Sinks, next, failures);
            await ChangeSourcesAsync(difference.Sources, next, failures);
            EndWhenAllHaveEnded();
            return failures;
        }
        catch (Exception e) // Only to end the program: nobody knows what runs after a change that broke off. It goes on its way.
        {
            _ended.TrySetException(e);
            throw;
        }
        finally
        {
            _change.Release();
        }
    }

    /// <summary>Reads no further, and changes nothing any more.</summary>
    public async Task StopSourcesAsync()
    {
        await _leaving.CancelAsync();
        await _change.WaitAsync();
        _closing = true;
        _change.Release();
        await Task.WhenAll(_sources.Select(s => s.StopAsync()));
    }

    /// <summary>Completes when the cursor of every sink is durable at <paramref name="upTo"/>.</summary>
    public Task DrainAsync(long upTo, CancellationToken cancellationToken) =>
        Task.WhenAll(_sinks.Select(s => s.Line.Runner.DrainAsync(upTo, cancellationToken)));

    /// <param name="patience">How long they may go on with what was read.</param>
    public Task StopSinksAsync(TimeSpan patience) => Task.WhenAll(_sinks.Select(s => s.StopAsync(patience, time, CancellationToken.None)));

    /// <summary>After everything was stopped, and before the journal is closed.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var source in _sources) await source.DisposeAsync();
        foreach (var sink in _sinks) await sink.DisposeAsync();
        _change.Dispose();
        _leaving.Dispose();
    }

    private async Task ChangeSinksAsync(Sections<SinkSection> difference, ExportConfig next, List<string> failures)
    {
        var stopped = _sinks.Where(s => difference.Stopped.Contains(s.Line.Name)).ToDictionary(s => s.Line.Name);
        await Task.WhenAll(stopped.Values.Select(s => s.StopAsync(s.Line.Metrics.Health.Current.Ok ? HandOver : TimeSpan.Zero, time, _leaving.Token)));
        foreach (var sink in stopped.Values) await sink.DisposeAsync();

        var started = new List<RunningSink>();
        foreach (var section in difference.Started)
        {
            if (Make(section, stopped.GetValueOrDefault(section.Name)?.Line, failures) is { } sink) started.Add(sink);
        }

        Replace(ref _sinks, [.. _sinks.Except(stopped.Values), .. started], s => s.Line.Name, NamesOfSinks(next));
        foreach (var sink in started) Start(sink);
        journal.Retire(NamesOfSinks(next));
    }

    /// <summary>A sink as it is to be, or as it was; null when it was not there and cannot be made.</summary>
    private RunningSink? Make(SinkSection section, SinkLine? before, List<string> failures)
    {
        try
        {
            return new(builder.Sink(section, before?.Metrics));
        }
        catch (IOException e)
        {
            failures.Add($"sink {section.Name}: {e.Message}{(before is null ? "" : "; it runs on as it did")}");
            return before is null ? null : new(builder.Sink(before.Section, before.Metrics));
        }
    }

    private async Task ChangeSourcesAsync(Sections<SourceSection> difference, ExportConfig next, List<string> failures)
    {
        var stopped = _sources.Where(s => difference.Stopped.Contains(s.Line.Name)).ToDictionary(s => s.Line.Name);
        await Task.WhenAll(stopped.Values.Select(s => s.StopAsync()));
        foreach (var source in stopped.Values) await source.DisposeAsync();

        var started = new List<RunningSource>();
        foreach (var section in difference.Started)
        {
            var before = stopped.GetValueOrDefault(section.Name)?.Line;
            if (await StartAsync(section, before?.Metrics, failures, before?.Section) is { } source) started.Add(source);
        }

        Replace(ref _sources, [.. _sources.Except(stopped.Values), .. started], s => s.Line.Name, next.Sources.Select(s => s.Name));
        foreach (var source in started) _ = WatchAsync(source);
    }

    /// <summary>Starts a source as it is to be, or, when that cannot start, as it was. One that was not there before stays, and is tried again
    /// and again: it may only be waiting for its address.</summary>
    private async Task<RunningSource?> StartAsync(SourceSection section, SourceMetrics? metrics, List<string> failures, SourceSection? before)
    {
        var otherwise = before is null ? "" : "; it runs on as it did";
        RunningSource source;
        try
        {
            source = new(builder.Source(section, metrics)) { IsReloaded = true };
        }
        catch (IOException e)
        {
            failures.Add($"source {section.Name}: {e.Message}{otherwise}");
            return before is null ? null : await StartAsync(before, metrics, failures, null);
        }

        source.Start();
        await source.WaitForStartAsync();
        if (source.Trouble is not { } trouble) return source;
        failures.Add($"source {section.Name}: {trouble}{otherwise}");
        if (before is null) return source;
        await source.DisposeAsync();
        return await StartAsync(before, metrics, failures, null);
    }

    private void Replace<T>(ref IReadOnlyList<T> running, T[] all, Func<T, string> nameOf, IEnumerable<string> order)
    {
        Volatile.Write(ref running, [.. order.Select(name => Array.Find(all, one => nameOf(one) == name)).OfType<T>()]);
        Show();
    }

    private string[] NamesOfSinks(ExportConfig config) => [.. config.Sinks.Select(section => section.Name), .. _builtIn];

    private void Show()
    {
        status.Sources = [.. _sources.Select(s => s.Line.Metrics)];
        status.Sinks = [.. _sinks.Select(s => s.Line.Metrics)];
    }

    private void Start(RunningSink sink)
    {
        sink.Start();
        _ = WatchAsync(sink);
    }

    private void Start(RunningSource source)
    {
        source.Start();
        _ = WatchAsync(source);
    }

    private async Task WatchAsync(RunningSink sink)
    {
        await sink.Loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (sink.Loop.Exception is { } fault) _ended.TrySetException(fault.InnerExceptions);
        else if (!sink.IsStopping) _ended.TrySetException(new InvalidOperationException($"the loop of sink {sink.Line.Name} ended by itself"));
    }

    private async Task WatchAsync(RunningSource source)
    {
        await source.Loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (source.IsStopping) return;
        if (source is { IsReloaded: true, Trouble: { } trouble }) await StartAgainAsync(source, trouble);
        else if (source.Loop.Exception is { } fault) _ended.TrySetException(fault.InnerExceptions);
        else EndWhenAllHaveEnded();
    }

    /// <summary>The others have been running for long: one that cannot start must not end them.</summary>
    private async Task StartAgainAsync(RunningSource source, string reason)
    {
        source.Line.Metrics.Health.Unhealthy(reason);
        Log.CannotStart(logger, source.Line.Name, reason, StartAgain.TotalSeconds);
        await Task.Delay(StartAgain, time, _leaving.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _change.WaitAsync();
        try
        {
            if (_closing || !_sources.Contains(source)) return;
            await source.DisposeAsync();
            var next = new RunningSource(builder.Source(source.Line.Section, source.Line.Metrics)) { IsReloaded = true };
            Replace(ref _sources, [.. _sources.Select(s => s == source ? next : s)], s => s.Line.Name, _sources.Select(s => s.Line.Name));
            Start(next);
        }
        catch (IOException e)
        {
            _ended.TrySetException(e);
        }
        finally
        {
            _change.Release();
        }
    }

    private void EndWhenAllHaveEnded()
    {
        if (Volatile.Read(ref _sources).All(s => s.HasEnded)) _ended.TrySetResult();
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "Source {Source} cannot start: {Reason}; next attempt in {Seconds} s")]
        public static partial void CannotStart(ILogger logger, string source, string reason, double seconds);
    }
}
