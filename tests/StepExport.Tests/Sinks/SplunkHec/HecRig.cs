using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using StepExport.Core.Delivery;
using StepExport.Core.Telemetry;
using StepExport.Sinks.SplunkHec;
using StepExport.Testing;
using StepExport.Testing.SplunkHec;

namespace StepExport.Tests.Sinks.SplunkHec;

/// <summary>The sink with collectors that it reaches without network, and a clock that moves only when the test says so.</summary>
/// <remarks>Its tests belong to <see cref="Alone"/>.</remarks>
internal sealed class HecRig : IAsyncDisposable, ILoggerFactory, ILogger
{
    /// <summary>Collection of the tests that nothing may run beside, so that it is known when everything that was set off has come to rest.</summary>
    public const string Alone = "The rig's clock";

    private readonly ConcurrentQueue<string> _log = new();

    /// <param name="endpoints">Collectors; they share one index.</param>
    /// <param name="options">Of every collector; its index and clock are set here.</param>
    /// <param name="change">To the configuration: acknowledgement required, no compression, a minute for acknowledgements, and a time-out of requests that the clock does not reach by accident.</param>
    public HecRig(int endpoints = 1, HecServerOptions? options = null, Func<HecConfig, HecConfig>? change = null)
    {
        options ??= new() { Acknowledgement = true };
        Index = new() { AckPatience = TimeSpan.FromSeconds(60) };
        options = options with { Index = Index, Time = Time };
        var names = Enumerable.Range(1, endpoints).Select(n => $"http://hec{n}:8088").ToArray();
        var config = new HecConfig
        {
            Type = "splunk_hec",
            Endpoints = names,
            Token = new(options.Token),
            Acknowledgement = "required",
            AcknowledgementTimeout = new(TimeSpan.FromSeconds(60)),
            Timeout = new(TimeSpan.FromHours(1)),
            Compression = "none",
        };
        Wires = [.. names.Select(_ => new HecWire(options, new()))];
        Metrics = new("splunk", Time);
        Sink = HecSinkFactory.Create("splunk", change?.Invoke(config) ?? config, new(Metrics, "unused", Time, this), e => Wires[Array.IndexOf(names, e.Event.GetLeftPart(UriPartial.Authority))]);
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));

    public HecIndex Index { get; }

    public IReadOnlyList<HecWire> Wires { get; }

    public HecWire Wire => Wires[0];

    public SinkMetrics Metrics { get; }

    public ISink Sink { get; }

    /// <summary>What the sink has logged.</summary>
    public IReadOnlyCollection<string> Log => _log;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public Task<SendResult> SendAsync(int count, CancellationToken? stop = null) => SendAsync(HecRecords.Batch(count), stop);

    public Task<SendResult> SendAsync(Batch batch, CancellationToken? stop = null) => Task.Run(() => Sink.SendAsync(batch, stop ?? Stop).AsTask(), Stop);

    /// <summary>The value of a gauge; of the endpoint with this number.</summary>
    public double Gauge(string name, int? endpoint = null) =>
        Metrics.Gauges.Single(g => g.Name == name && (endpoint is null || g.Label == ("endpoint", $"hec{endpoint}:8088"))).Value;

    /// <summary>Moves the clock whenever nobody has anything to do, until the task is done.</summary>
    public async Task<T> FinishAsync<T>(Task<T> task, TimeSpan? step = null)
    {
        while (true)
        {
            await SettleAsync();
            if (task.IsCompleted) return await task;
            Time.Advance(step ?? TimeSpan.FromSeconds(0.25));
        }
    }

    /// <summary>Moves the clock in steps, each followed by what it sets off.</summary>
    public async Task AdvanceAsync(TimeSpan by)
    {
        await SettleAsync();
        for (var left = by; left > TimeSpan.Zero; left -= TimeSpan.FromSeconds(0.25))
        {
            Time.Advance(TimeSpan.FromSeconds(0.25));
            await SettleAsync();
        }
    }

    /// <summary>Lets the others work until all of them wait: for the clock, for an answer that is held, for the test.</summary>
    public static Task SettleAsync() => QuietPool.WhenQuietAsync(Stop);

    /// <summary>Waits, without moving the clock, for what others are about to do.</summary>
    public static async Task UntilAsync(Func<bool> condition)
    {
        for (var round = 1; !condition(); round++)
        {
            Stop.ThrowIfCancellationRequested();
            if (round % 64 == 0) await Task.Delay(1, Stop);
            else await Task.Yield();
        }
    }

    public async ValueTask DisposeAsync() => await Sink.DisposeAsync();

    ILogger ILoggerFactory.CreateLogger(string categoryName) => this;

    void ILoggerFactory.AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    void IDisposable.Dispose()
    {
    }

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _log.Enqueue($"{logLevel}: {formatter(state, exception)}");
}

[CollectionDefinition(HecRig.Alone, DisableParallelization = true)]
public sealed class HecRigTestsRunAlone;
