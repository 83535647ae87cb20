using System.Net;
using System.Net.Sockets;
using StepExport.Configuration;
using StepExport.Core.Checks;
using StepExport.Core.Telemetry;
using StepExport.Http;

namespace StepExport.Checks.GitHub.Webhook;

/// <summary>Listens for what GitHub delivers to the App, and decides what was pressed there.</summary>
/// <remarks>The way of a delivery: <see cref="AnsweringApplication"/> (HTTP), <see cref="DeliveryIntake"/> (every decision about the request, in
/// order), <see cref="DeliveryReader"/> (what it asks for), <see cref="CheckStore"/>; a press then <see cref="PressLoop"/>, <see cref="Approvals"/>.</remarks>
/// <param name="config">Of the App and its webhook, which is there.</param>
/// <param name="store">The checks.</param>
/// <param name="approvals">Decide about presses.</param>
/// <param name="time">For every wait.</param>
/// <param name="loggers">For all parts.</param>
internal sealed partial class GitHubWebhook(GitHubConfig config, CheckStore store, Approvals approvals, TimeProvider time, ILoggerFactory loggers)
{
    private const string Setting = "checks.gitHub.webhook";
    private const string Remedy = "Choose another address or port";
    private const int MaxConnections = 200;
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(10);

    private readonly GitHubWebhookConfig _config = config.Webhook ?? throw new ArgumentException("it has no webhook", nameof(config));
    private readonly ILogger _logger = loggers.CreateLogger("checks.github.webhook");
    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public GitHubWebhookMetrics Metrics { get; } = new(time);

    /// <summary>Where it listens, once it does; for port 0 the port it was given.</summary>
    public Task<Uri> Address => _address.Task;

    private IPEndPoint EndPoint => ListenAddress.TryParse(_config.Listen) ?? throw new InvalidOperationException($"{_config.Listen} was not validated");

    /// <summary>Listens until it is told to stop; what is under way is answered.</summary>
    /// <exception cref="IOException">The address cannot be had, or the secret or a file of TLS cannot be read: a person has to see it.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        var health = new JoinedHealth(Metrics.Health);
        var intake = new DeliveryIntake(_config.Path, Signatures(health), new(config.AppId, _config.EveryRun), store, health, time, _logger);
        var certificate = Certificate(health);
        await using var kestrel = BareKestrel.Create(options => StrangersListen.Configure(options, EndPoint, MaxConnections, certificate));
        var application = new AnsweringApplication(intake.HandleAsync, Metrics.AddRequest, new("checks.gitHub.webhook", time, _logger), _logger);
        await kestrel.StartAsync($"{Setting}.listen {_config.Listen}", Remedy, application, CancellationToken.None);
        Log.Listening(_logger, $"{kestrel.Address}{_config.Path.TrimStart('/')}");
        _address.TrySetResult(kestrel.Address);

        await new PressLoop(store, approvals, config.Retry, health, time, _logger).RunAsync(stop);

        using var patience = new CancellationTokenSource(DrainTime, time);
        await kestrel.StopAsync(patience.Token);
    }

    /// <summary>Reads secret and certificate, and takes the address for a moment.</summary>
    public CheckResult Check()
    {
        try
        {
            var health = new JoinedHealth(new ComponentHealth(time));
            _ = Signatures(health);
            _ = Certificate(health);
            using var listener = new TcpListener(EndPoint);
            listener.Start();
            return new(true, $"can listen on {_config.Listen}");
        }
        catch (SocketException e)
        {
            return new(false, BareKestrel.CannotBeHad($"{Setting}.listen {_config.Listen}", Remedy, e).Message);
        }
        catch (IOException e)
        {
            return new(false, e.Message);
        }
    }

    private SignatureCheck Signatures(JoinedHealth health) =>
        new("X-Hub-Signature-256", "sha256=", isHex: true, new($"{Setting}.secret", _config.Secret, time, health));

    private ServerCertificate? Certificate(JoinedHealth health) => _config.Tls is { } tls ? new(tls, health, time, _logger) : null;

    private static partial class Log
    {
        [LoggerMessage(EventId = 734, Level = LogLevel.Information, Message = "Listening for GitHub's deliveries on {Address}")]
        public static partial void Listening(ILogger logger, string address);
    }
}
