using System.Net;
using System.Net.Sockets;
using StepExport.Configuration;
using StepExport.Core.Ingest;
using StepExport.Core.Telemetry;
using StepExport.Http;

namespace StepExport.Sources.Webhook;

/// <summary>Listens for detections over HTTP. A sender gets 202 when all that it sent is durable, and never before.</summary>
/// <remarks>The way of a request: <see cref="AnsweringApplication"/> (HTTP), <see cref="WebhookIntake"/> (every decision, in order),
/// <see cref="Ingress.SubmitAsync(System.Buffers.ReadOnlySequence{byte}, string?, CancellationToken)"/>. What is refused is the sender's
/// to repeat; what was taken twice is recognised.</remarks>
internal sealed partial class WebhookSource : ISource
{
    private const string Remedy = "Choose another address or port";
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(10);
    private readonly string _name;
    private readonly WebhookConfig _config;
    private readonly SourceContext _context;
    private readonly JoinedHealth _health;
    private readonly ILogger _logger;
    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public WebhookSource(string name, WebhookConfig config, SourceContext context)
    {
        (_name, _config, _context) = (name, config, context);
        _health = new(context.Metrics.Health);
        _logger = context.Loggers.CreateLogger($"webhook.{name}");
    }

    /// <summary>Where it listens, once it does; for port 0 the port it was given.</summary>
    public Task<Uri> Address => _address.Task;

    public Task Started => _address.Task;

    /// <summary>What it is doing, once it listens; for tests of its memory.</summary>
    internal WebhookIntake? Intake { get; private set; }

    private IPEndPoint EndPoint => ListenAddress.TryParse(_config.Listen) ?? throw new InvalidOperationException($"{_config.Listen} was not validated");

    /// <exception cref="IOException">The address cannot be had, or a secret or a file of TLS cannot be read: a person has to see it.</exception>
    public async Task RunAsync(Ingress ingress, CancellationToken stop)
    {
        if (_context.Once)
        {
            Log.NotOnce(_logger);
            return;
        }

        using var intake = Intake = new(_config, new(_config.Auth, _health, _context.Time), ingress, _context.Time, _logger);
        var certificate = LoadCertificate();
        await using var kestrel = BareKestrel.Create(options => StrangersListen.Configure(options, EndPoint, _config.MaxConnections, certificate));
        var application = new AnsweringApplication(intake.HandleAsync, _context.Metrics.AddRequest, new(_name, _context.Time, _logger), _logger);
        try
        {
            await kestrel.StartAsync($"listen {_config.Listen}", Remedy, application, stop);
            Log.Listening(_logger, $"{kestrel.Address}{_config.Path.TrimStart('/')}");
            _address.TrySetResult(kestrel.Address);
            await Task.Delay(Timeout.Infinite, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }

        using var patience = new CancellationTokenSource(DrainTime, _context.Time);
        await kestrel.StopAsync(patience.Token);
        await intake.EndAsync();
    }

    /// <summary>Reads secrets and certificate, and takes the address for a moment.</summary>
    public Task<CheckResult> CheckAsync(CancellationToken cancellationToken)
    {
        try
        {
            _ = new SenderCheck(_config.Auth, _health, _context.Time);
            _ = LoadCertificate();
            using var listener = new TcpListener(EndPoint);
            listener.Start();
            return Task.FromResult(new CheckResult(true, $"can listen on {_config.Listen}"));
        }
        catch (SocketException e)
        {
            return Task.FromResult(new CheckResult(false, BareKestrel.CannotBeHad($"listen {_config.Listen}", Remedy, e).Message));
        }
        catch (IOException e)
        {
            return Task.FromResult(new CheckResult(false, e.Message));
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private ServerCertificate? LoadCertificate() => _config.Tls is { } tls ? new(tls, _health, _context.Time, _logger) : null;

    private static partial class Log
    {
        [LoggerMessage(EventId = 516, Level = LogLevel.Information, Message = "Listening for detections on {Address}")]
        public static partial void Listening(ILogger logger, string address);

        [LoggerMessage(EventId = 517, Level = LogLevel.Warning, Message = "A webhook has no end to read to: with --once it does not listen")]
        public static partial void NotOnce(ILogger logger);
    }
}
