using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using StepExport.Configuration;
using StepExport.Core.Telemetry;
using StepExport.Http;

namespace StepExport.Telemetry;

/// <summary>Sends metrics and traces to a collector of OpenTelemetry until it is disposed of.</summary>
/// <remarks>
/// <code>
/// every interval: MetricsPage -> StatusMeter --\
///                 Durations (as they happen) ---> reader -> OtlpMetricExporter -> CollectorHandler -> collector
/// Tracing ---> queue of 2048 spans, the rest is dropped -> OtlpTraceExporter -> CollectorHandler -> collector
/// </code>
/// Requests block threads of their own. What a collector does not take is not kept: metrics are sums since the start, and spans are lost.
/// </remarks>
internal sealed class OtlpExport : IAsyncDisposable
{
    /// <summary>How long the end of the program may wait for the last metrics and spans.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(3);

    private readonly CancellationTokenSource _stop = new();
    private readonly OtlpConfig _config;
    private readonly TimeProvider _time;
    private readonly CollectorHealth _health;
    private readonly StatusMeter _status;
    private readonly MeterProvider? _meters;
    private readonly MetricReader? _reader;
    private readonly TracerProvider? _tracers;
    private readonly Task _collecting = Task.CompletedTask;

    /// <param name="config">Checked.</param>
    /// <param name="status">What the metrics are made of.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">For the beginning and the end of trouble.</param>
    /// <exception cref="IOException">A file under <c>tls</c> cannot be read.</exception>
    internal OtlpExport(OtlpConfig config, StatusSource status, TimeProvider time, ILogger log)
    {
        (_config, _time, _status) = (config, time, new(status));
        _health = new(new(config.Endpoint), log);
        var resource = ResourceBuilder.CreateDefault().AddService("stepexport", serviceVersion: status.Version, serviceInstanceId: Environment.MachineName);
        if (config.Metrics)
        {
            _reader = new BaseExportingMetricReader(new OtlpMetricExporter(Options("metrics")));
            _meters = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource).AddMeter(StatusMeter.Name, Durations.Meter).AddReader(_reader).Build();
            _collecting = CollectAsync();
        }

        if (config.Traces)
        {
            _tracers = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource).AddSource(Tracing.Name).SetSampler(new AlwaysOnSampler())
                .AddProcessor(new BatchActivityExportProcessor(new OtlpTraceExporter(Options("traces")))).Build();
        }
    }

    /// <param name="config">Checked.</param>
    /// <param name="status">What the metrics are made of.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">For the beginning and the end of trouble.</param>
    /// <returns>Null when nothing is to be sent.</returns>
    /// <exception cref="IOException">A file under <c>tls</c> cannot be read.</exception>
    public static OtlpExport? Start(TelemetryConfig config, StatusSource status, TimeProvider time, ILoggerFactory loggers) =>
        config.Otlp is { } otlp ? new(otlp, status, time, loggers.CreateLogger<OtlpExport>()) : null;

    /// <summary>Sends everything once more.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        try
        {
            await _collecting.ContinueWith(_ => End(), CancellationToken.None, TaskContinuationOptions.LongRunning, TaskScheduler.Default).WaitAsync(Farewell, _time);
        }
        catch (TimeoutException)
        {
            // The collector is silent; what was for it ends with the program.
        }

        _stop.Dispose();
    }

    private void End()
    {
        var patience = (int)Farewell.TotalMilliseconds;
        _status.Refresh();
        _meters?.Shutdown(patience);
        _tracers?.Shutdown(patience);
        _meters?.Dispose();
        _tracers?.Dispose();
        _status.Dispose();
    }

    private async Task CollectAsync()
    {
        using var ticks = new PeriodicTimer(_config.Interval, _time);
        while (!_stop.IsCancellationRequested)
        {
            await Task.Factory.StartNew(Collect, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            await Task.WhenAny(ticks.WaitForNextTickAsync(_stop.Token).AsTask());
        }
    }

    private void Collect()
    {
        _status.Refresh();
        _reader!.Collect((int)_config.Timeout.Value.TotalMilliseconds);
    }

    private OtlpExporterOptions Options(string signal)
    {
        var isGrpc = _config.Protocol == "grpc";
        var milliseconds = (int)_config.Timeout.Value.TotalMilliseconds;
        return new()
        {
            Protocol = isGrpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf,
            Endpoint = isGrpc ? new(_config.Endpoint) : new($"{_config.Endpoint.TrimEnd('/')}/v1/{signal}"),
            TimeoutMilliseconds = milliseconds,
            HttpClientFactory = () => Client(signal),
        };
    }

    private HttpClient Client(string signal)
    {
        var connections = HttpHandlers.Create(_config.Tls, proxy: null, _config.Timeout, maxConnections: 1);
        return new(new CollectorHandler(signal, _config.Headers, _health, connections)) { Timeout = _config.Timeout };
    }
}
