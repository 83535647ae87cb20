using StepExport.Cli;
using StepExport.Core.Telemetry;

namespace StepExport;

/// <summary>Runs the export from start to drain, and owns the exit code.</summary>
/// <remarks>
/// Start: sink runners, then sources. End: sources first (they ended by themselves, or SIGTERM / SIGINT came), then every sink is
/// drained up to what is durable, with what the checks made of it; after a signal for at most the drain time. A loop that ends by itself ends
/// the program with 1.
/// </remarks>
internal sealed partial class ExportWorker(
    ExportGraph graph, RunSettings settings, IHostApplicationLifetime lifetime, ILogger<ExportWorker> logger) : BackgroundService
{
    /// <summary>Sinks were not drained: the rest is delivered after the next start.</summary>
    private bool _leftUndelivered;

    /// <summary>0, 1, or 2 when <c>--once</c> dead-lettered something.</summary>
    public int Result { get; private set; } = ExitCode.Failure;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await ExportAsync(stoppingToken);
            Result = settings.Once && graph.Status.DeadLettered > 0 ? ExitCode.DeadLettered : ExitCode.Ok;
        }
        catch (IOException e)
        {
            Log.Unusable(logger, e.Message);
        }
        catch (Exception e) // The last boundary: a BackgroundService that throws would end the program with exit code 0.
        {
            Log.Failed(logger, e);
        }
        finally
        {
            lifetime.StopApplication();
        }
    }

    private async Task ExportAsync(CancellationToken stop)
    {
        using var stopReading = new CancellationTokenSource();
        var replay = graph.Replay.RunAsync(stopReading.Token);
        var checks = graph.Checks?.RunAsync(stopReading.Token) ?? Task.Delay(Timeout.Infinite, stopReading.Token);
        graph.Lineup.Start();
        Log.Started(logger, graph.Lineup.Sources.Count, graph.Lineup.Sinks.Count, graph.Journal.DurableSequence);
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(stop);
        try
        {
            var ended = await Task.WhenAny(graph.Lineup.Ended, replay, checks, Task.Delay(Timeout.Infinite, leave.Token));
            if (ended == checks) await checks;
            if (ended == replay) throw new InvalidOperationException("the replay of dead letters ended by itself", replay.Exception);
            if (ended == graph.Lineup.Ended) await ended;
        }
        catch (Exception e) // Only to say so on /livez while the sinks are drained; it goes on its way.
        {
            graph.Status.Stopped = e.Message;
            await leave.CancelAsync();
            throw;
        }
        finally
        {
            await graph.Lineup.StopSourcesAsync();
            await DrainAsync(leave.Token);
            await stopReading.CancelAsync();
            await graph.Lineup.StopSinksAsync(_leftUndelivered ? TimeSpan.Zero : Timeout.InfiniteTimeSpan);
            await replay.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await checks.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await replay;
        Log.Stopped(logger, graph.Journal.DurableSequence, graph.Lineup.Sinks.Max(s => StatusSource.Lag(s.Metrics, graph.Status.Journal())));
    }

    /// <summary>Delivers what is durable; once the program has to leave, for the drain time at most.</summary>
    private async Task DrainAsync(CancellationToken leave)
    {
        using var limit = new CancellationTokenSource();
        await using var onLeave = leave.Register(() =>
        {
            Log.Draining(logger, settings.DrainTimeout.TotalSeconds);
            limit.CancelAfter(settings.DrainTimeout);
        });
        try
        {
            long durable;
            do
            {
                durable = graph.Journal.DurableSequence;
                await graph.Lineup.DrainAsync(durable, limit.Token);
                if (graph.Checks is not null) await graph.Checks.Publisher.PublishAsync(limit.Token);
            }
            while (graph.Checks is not null && graph.Journal.DurableSequence > durable);
        }
        catch (OperationCanceledException)
        {
            _leftUndelivered = true;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Started {Sources} sources and {Sinks} sinks; the journal is at {Sequence}")]
        public static partial void Started(ILogger logger, int sources, int sinks, long sequence);

        [LoggerMessage(2, LogLevel.Information, "Stopped with the journal at {Sequence}; {Undelivered} records are left to the slowest sink")]
        public static partial void Stopped(ILogger logger, long sequence, long undelivered);

        [LoggerMessage(5, LogLevel.Information, "Stopping: sinks may deliver what is journaled for {Seconds} s; the rest is delivered after the next start")]
        public static partial void Draining(ILogger logger, double seconds);

        [LoggerMessage(4, LogLevel.Critical, "The export ended: {Reason}")]
        public static partial void Unusable(ILogger logger, string reason);

        [LoggerMessage(3, LogLevel.Critical, "The export failed; what is in the journal is delivered after the next start")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}

/// <summary>How one run ends.</summary>
/// <param name="Once">Read what is there, drain, end.</param>
/// <param name="DrainTimeout">How long sinks may go on after a signal.</param>
internal sealed record RunSettings(bool Once, TimeSpan DrainTimeout);
