using Serilog.Core;
using Serilog.Events;
using Serilog.Parsing;
using StepExport.Configuration;
using StepExport.Core.Delivery;
using StepExport.Core.Telemetry;
using StepExport.Sinks.SplunkHec;

namespace StepExport.Logs;

/// <summary>The way of the program's own log to Splunk, running from its creation to its disposal.</summary>
internal sealed class SplunkLog : IAsyncDisposable
{
    /// <summary>How long the end of the program may wait for the last lines.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(3);

    private static readonly MessageTemplate Loss = new MessageTemplateParser().Parse(LogShipper.LossTemplate);
    private readonly LogQueue _queue = new();
    private readonly CancellationTokenSource _hurry = new();
    private readonly CancellationTokenSource _abandon = new();
    private readonly TimeProvider _time;
    private readonly HecEndpoints _endpoints;
    private readonly HecLogSink _sink;
    private readonly Task _shipping;

    /// <param name="config">Checked.</param>
    /// <param name="line">What a line looks like.</param>
    /// <param name="host">The machine.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">For its own trouble: must not lead here.</param>
    /// <exception cref="IOException">A file under <c>tls</c> cannot be read.</exception>
    public SplunkLog(SplunkLogConfig config, LogLine line, string host, TimeProvider time, Microsoft.Extensions.Logging.ILogger log)
    {
        _time = time;
        var section = LogRules.AsSink(config);
        var unused = new HecAckPolicy(section.AcknowledgementTimeout, new(), time);
        _endpoints = new([.. section.Endpoints.Select(e => HecSinkFactory.Target(e, section, unused, time, _ => HecSinkFactory.Connect(section)))], time, log);
        _sink = new(config, line, _queue, host);
        var retry = new RetryPolicy(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30), Random.Shared);
        var shipper = new LogShipper(_queue, _endpoints, new(section.Token), TellLoss, retry, time, log);
        _shipping = Task.Run(() => shipper.RunAsync(_hurry.Token, _abandon.Token));
    }

    /// <summary>Where to write.</summary>
    public ILogEventSink Sink => _sink;

    public LogStatus Status => _queue.Status;

    /// <summary>Sends what waits, once and for a few seconds at most.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Close();
        await _hurry.CancelAsync();
        await _shipping.WaitAsync(Farewell, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _abandon.CancelAsync();
        await _shipping;
        await _endpoints.DisposeAsync();
        _hurry.Dispose();
        _abandon.Dispose();
    }

    private byte[] TellLoss(long lost) =>
        _sink.Encode(new(_time.GetUtcNow(), LogEventLevel.Warning, exception: null, Loss, [new("Lost", new ScalarValue(lost))]));
}
