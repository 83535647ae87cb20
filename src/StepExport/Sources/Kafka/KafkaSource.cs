using Confluent.Kafka;
using StepExport.Configuration;
using StepExport.Core.Ingest;
using StepExport.Core.Telemetry;
using StepExport.Kafka;
using StepExport.Kafka.Auth;

namespace StepExport.Sources.Kafka;

/// <summary>What every client of the source is made of.</summary>
internal sealed record KafkaSourceSetup(
    string Name, KafkaSourceConfig Config, SourceContext Context, KafkaSecurity Security, JoinedHealth Health, KafkaLog Log, ILogger Logger);

/// <summary>Reads topics as a member of a consumer group. The group's committed offsets are the position; the journal holds no checkpoint.</summary>
/// <remarks>One client at a time. One that cannot go on (fatal error, refused login) is replaced, after the back-off, by another that reads
/// secrets and certificates again.</remarks>
internal sealed partial class KafkaSource : ISource
{
    /// <summary>A client that has lived so long was well: the next one is not waited for.</summary>
    private static readonly TimeSpan GoodLife = TimeSpan.FromMinutes(1);

    /// <summary>A client whose brokers have gone silent may hold its thread longer; the group notices by itself that it is gone.</summary>
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(10);

    /// <summary>The part of the health that says why a client had to be replaced.</summary>
    internal const string Client = "client";

    private const string Stopped = "";
    private readonly KafkaSourceSetup _setup;
    private readonly SourceRetry _retry;

    public KafkaSource(string name, KafkaSourceConfig config, SourceContext context)
    {
        var logger = context.Loggers.CreateLogger($"kafka.{name}");
        var health = new JoinedHealth(context.Metrics.Health);
        var security = new KafkaSecurity(config.Tls, config.Sasl, context.Time, logger);
        _setup = new(name, config, context, security, health, new KafkaLog(logger, context.Time), logger);
        _retry = new(name, config.Retry, health, context.Time, logger);
    }

    public async Task RunAsync(Ingress ingress, CancellationToken stop)
    {
        using var giveUp = new CancellationTokenSource();
        using var intake = new Intake(ingress, (int)_setup.Config.MaxEventSize.Bytes, giveUp.Token);
        try
        {
            while (await _retry.UntilAnsweredAsync(Client, _ => LiveAsync(intake, stop), stop, isSession: true) != Stopped)
            {
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Between two clients
        }
        finally
        {
            // Its time is over: the group's offsets are before it
            await giveUp.CancelAsync();
            await intake.EndAsync();
        }
    }

    public Task<CheckResult> CheckAsync(CancellationToken cancellationToken) =>
        new ConsumerProbe(_setup.Config, _setup.Security, _setup.Log).RunAsync(cancellationToken);

    public ValueTask DisposeAsync()
    {
        _setup.Security.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>The life of one client, on a thread of its own, because polling holds it.</summary>
    private async Task<SourceAnswer<string>> LiveAsync(Intake intake, CancellationToken stop)
    {
        var life = Task.Factory.StartNew(() => Live(intake, stop), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        using var patience = new CancellationTokenSource();
        await using var onStop = stop.Register(() => patience.CancelAfter(StopLimit));
        try
        {
            return await life.WaitAsync(patience.Token);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            Log.NotEnded(_setup.Logger, _setup.Name, StopLimit.TotalSeconds);
            return SourceAnswer<string>.Of(Stopped);
        }
    }

    private SourceAnswer<string> Live(Intake intake, CancellationToken stop)
    {
        var time = _setup.Context.Time;
        var born = time.GetTimestamp();
        try
        {
            using var parts = new ConsumerParts(_setup, intake);
            var session = new ConsumerSession(intake, parts);
            session.Run(_setup.Config.Topics, _setup.Context.Once, stop);
            session.Close();
            if (parts.Troubles.End is not { } trouble) return SourceAnswer<string>.Of(Stopped);
            return time.GetElapsedTime(born) >= GoodLife
                ? SourceAnswer<string>.Of(trouble)
                : SourceAnswer<string>.Failed(trouble, needsOperator: parts.Troubles.NeedsOperator);
        }
        catch (KafkaException e)
        {
            return SourceAnswer<string>.Failed(ConsumerErrors.Describe(e.Error));
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException || (e is IOException && !intake.HasFailed))
        {
            // What the client's constructor throws for settings that do not go together, or a secret that cannot be read
            return SourceAnswer<string>.Failed(e.Message, needsOperator: true);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 541, Level = LogLevel.Warning, Message = "{Source}: the client does not end within {Seconds} s, for its brokers do not answer; what it read is durable or read again")]
        public static partial void NotEnded(ILogger logger, string source, double seconds);
    }
}
