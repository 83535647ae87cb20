using Microsoft.Extensions.Logging.Abstractions;
using StepExport.Configuration;
using StepExport.Core.Delivery;
using StepExport.Core.Ingest;
using StepExport.Core.Normalization;
using StepExport.Core.Telemetry;
using StepExport.Reload;
using StepExport.Running;
using StepExport.Testing.Delivery;

namespace StepExport.Tests.Running;

/// <summary>A lineup over a real journal; its sinks and sources are made by the test, and tell apart by a tag which configuration they have.</summary>
internal sealed class LineupRig : IAsyncDisposable
{
    private readonly LineupFactory _factory;
    private ExportConfig _running;

    private LineupRig(RunnerRig journal, ExportConfig config, LineupFactory factory)
    {
        (Rig, _running, _factory) = (journal, config, factory);
        Status = new(journal.Time)
        {
            Version = "1",
            Journal = () => new(0, 1, journal.Journal.DurableSequence, []) { Removed = journal.Journal.Removed },
            DeadLetters = () => new(0, 0, 1, 1, []),
        };
        var builder = new LineBuilder(config, false, new Normalizer(new()), journal.Journal, journal.DeadLetters, journal.Time, NullLoggerFactory.Instance);
        Lineup = new(builder, journal.Journal, Status, journal.Time, NullLogger.Instance);
    }

    public RunnerRig Rig { get; }

    public Lineup Lineup { get; }

    public StatusSource Status { get; }

    /// <summary>What becomes of a send, by the sink's name and tag; taken when nothing is said.</summary>
    public Dictionary<string, ScriptedSink> Sinks => _factory.Sinks;

    /// <summary>Every source that was made, by name and tag.</summary>
    public Dictionary<string, ScriptedSource> Sources => _factory.Sources;

    /// <summary>Makes the next creations of a component fail, by name and tag; the number counts those that still succeed.</summary>
    public Dictionary<string, int> Fails => _factory.Fails;

    /// <summary>Everything that was made and closed, in order, e.g. <c>+a1</c>, <c>-a1</c>.</summary>
    public IReadOnlyList<string> Made => _factory.Made;

    /// <param name="sinks">Names and tags, e.g. <c>a1 b1</c>.</param>
    /// <param name="sources">The same.</param>
    /// <param name="prepare">Says what becomes of sends and starts.</param>
    /// <param name="start">Whether it runs.</param>
    /// <param name="builtIn">Sinks of the program itself, like <paramref name="sinks"/>.</param>
    public static async Task<LineupRig> StartAsync(string sinks, string sources = "src1", Action<LineupRig>? prepare = null, bool start = true, string builtIn = "")
    {
        var factory = new LineupFactory();
        return await StartAsync(Config(factory, sources, sinks), factory, prepare, start, Config(factory, sources, builtIn).Sinks);
    }

    /// <summary>The same with a configuration that was loaded.</summary>
    public static async Task<LineupRig> StartAsync(ExportConfig config, LineupFactory factory, Action<LineupRig>? prepare = null, bool start = true, params IReadOnlyList<SinkSection> builtIn)
    {
        var rig = new LineupRig(await RunnerRig.StartAsync(0, "nobody"), config, factory);
        prepare?.Invoke(rig);
        rig.Lineup.Build(config, builtIn);
        if (start) rig.Lineup.Start();
        return rig;
    }

    /// <summary>What a reload does once the configuration is valid.</summary>
    public async Task<IReadOnlyList<string>?> ChangeAsync(string sinks, string sources = "src1")
    {
        var next = Config(_factory, sources, sinks);
        var change = Lineup.ChangeAsync(ConfigDifference.Between(_running, next), next);
        _running = next;
        return await change;
    }

    /// <summary>Lets the clock run until the sinks have committed all there is.</summary>
    public async Task DeliverAsync()
    {
        await Rig.AdvanceUntilAsync(Lineup.DrainAsync(Rig.Journal.DurableSequence, TestContext.Current.CancellationToken));
    }

    public long[] Delivered(string sink) => [.. Sinks[sink].Delivered];

    public async ValueTask DisposeAsync()
    {
        if (Sources.Values.Any(s => s.IsRunning)) await Lineup.StopSourcesAsync();
        await Lineup.StopSinksAsync(TimeSpan.Zero);
        await Lineup.DisposeAsync();
        await Rig.DisposeAsync();
    }

    private static ExportConfig Config(LineupFactory factory, string sources, string sinks) => new()
    {
        DataDir = Path.GetTempPath(),
        Sources = [.. sources.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(s => new SourceSection(s[..^1], new LineSourceConfig { Type = "line", Tag = s }, factory) { Fingerprint = s })],
        Sinks = [.. sinks.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(s => new SinkSection(s[..^1], new LineSinkConfig { Type = "line", Tag = s }, factory) { Fingerprint = s })],
    };
}

internal sealed record LineSinkConfig : SinkConfig
{
    /// <summary>The sink's name and which configuration it is.</summary>
    public string Tag { get; init; } = "";

    /// <summary>A secret.</summary>
    public Secret? Token { get; init; }

    public override SinkSettings Adapt(SinkSettings common) => common with { BatchMaxEvents = 5, InFlight = 1, Timeout = TimeSpan.FromDays(20) };
}

internal sealed record LineSourceConfig : SourceConfig
{
    /// <summary>The source's name and which configuration it is.</summary>
    public string Tag { get; init; } = "";
}

/// <summary>Makes what the test has prepared.</summary>
internal sealed class LineupFactory : ISinkFactory, ISourceFactory
{
    private readonly List<string> _made = [];

    public Dictionary<string, ScriptedSink> Sinks { get; } = [];

    public Dictionary<string, ScriptedSource> Sources { get; } = [];

    public Dictionary<string, int> Fails { get; } = [];

    public IReadOnlyList<string> Made => _made;

    public string Type => "line";

    Type ISinkFactory.ConfigType => typeof(LineSinkConfig);

    Type ISourceFactory.ConfigType => typeof(LineSourceConfig);

    public void Validate(SinkConfig config, ConfigProblems problems)
    {
    }

    public void Validate(SourceConfig config, ConfigProblems problems)
    {
    }

    public ISink Create(string name, SinkConfig config, SinkContext context)
    {
        var tag = ((LineSinkConfig)config).Tag;
        FailIfTold(tag);
        if (!Sinks.TryGetValue(tag, out var sink)) Sinks[tag] = sink = ScriptedSink.TakesEverything();
        return new Logged(sink, () => _made.Add($"-{tag}"));
    }

    public ISource Create(string name, SourceConfig config, SourceContext context)
    {
        var tag = ((LineSourceConfig)config).Tag;
        FailIfTold(tag);
        if (!Sources.TryGetValue(tag, out var source)) Sources[tag] = source = new();
        source.Closed = () => _made.Add($"-{tag}");
        return source;
    }

    private void FailIfTold(string tag)
    {
        if (Fails.TryGetValue(tag, out var left) && (Fails[tag] = left - 1) < 0) throw new IOException($"{tag} cannot be made");
        _made.Add($"+{tag}");
    }

    /// <summary>Tells when a sink is closed.</summary>
    private sealed class Logged(ISink sink, Action closed) : ISink
    {
        public ValueTask<SendResult> SendAsync(Batch batch, CancellationToken cancellationToken) => sink.SendAsync(batch, cancellationToken);

        public Task<CheckResult> CheckAsync(CancellationToken cancellationToken) => sink.CheckAsync(cancellationToken);

        public ValueTask DisposeAsync()
        {
            closed();
            return ValueTask.CompletedTask;
        }
    }
}

/// <summary>A source that reads nothing, and starts or ends as the test wants it to.</summary>
internal sealed class ScriptedSource : ISource
{
    private int _running;

    public Action Closed { get; set; } = () => { };

    /// <summary>What its start comes to; an exception is that of its run.</summary>
    public TaskCompletionSource Start { get; set; } = Done();

    /// <summary>Completes to let it end by itself.</summary>
    public TaskCompletionSource End { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool IsRunning => Volatile.Read(ref _running) > 0;

    /// <summary>How often it was run.</summary>
    public int Runs { get; private set; }

    public Task Started => Start.Task.IsFaulted ? new TaskCompletionSource().Task : Start.Task;

    public async Task RunAsync(Ingress ingress, CancellationToken stop)
    {
        Runs++;
        Interlocked.Increment(ref _running);
        try
        {
            await Start.Task;
            await End.Task.WaitAsync(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    public Task<CheckResult> CheckAsync(CancellationToken cancellationToken) => Task.FromResult(new CheckResult(true, ""));

    public ValueTask DisposeAsync()
    {
        Closed();
        return ValueTask.CompletedTask;
    }

    private static TaskCompletionSource Done()
    {
        var done = new TaskCompletionSource();
        done.SetResult();
        return done;
    }
}
