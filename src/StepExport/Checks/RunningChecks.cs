using StepExport.Checks.GitHub;
using StepExport.Checks.GitHub.Webhook;
using StepExport.Checks.Web;
using StepExport.Configuration;
using StepExport.Core.Checks;

namespace StepExport.Checks;

/// <summary>Everything about the checks in one run: the store, and what stands around it.</summary>
internal sealed partial class RunningChecks : IAsyncDisposable
{
    private static readonly TimeSpan SweepPace = TimeSpan.FromHours(1);

    public required CheckStore Store { get; init; }

    /// <summary>How long checks are kept after their last change.</summary>
    public required TimeSpan Keep { get; init; }

    /// <summary>The sink that derives them.</summary>
    public required SinkSection Sink { get; init; }

    /// <summary>Tells the pipeline.</summary>
    public required CheckPublisher Publisher { get; init; }

    /// <summary>For health, metrics and status.</summary>
    public required ChecksLook Look { get; init; }

    /// <summary>Serves /api/checks.</summary>
    public required ChecksApi Api { get; init; }

    /// <summary>Serves /checks.</summary>
    public required ChecksWeb Web { get; init; }

    /// <summary>Tells GitHub; null without an App.</summary>
    public CheckReporter? Reporter { get; init; }

    /// <summary>Hears from GitHub; null when nobody listens.</summary>
    public GitHubWebhook? Webhook { get; init; }

    /// <summary>What the reporter works with.</summary>
    public GitHubApi? GitHub { get; init; }

    public required TimeProvider Time { get; init; }

    public required ILogger Logger { get; init; }

    /// <summary>Works until it is told to stop.</summary>
    /// <exception cref="IOException">The webhook's address cannot be had, or one of its files.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task[] parts =
        [
            Publisher.RunAsync(leave.Token),
            SweepAsync(leave.Token),
            Reporter?.RunAsync(leave.Token) ?? Task.Delay(Timeout.Infinite, leave.Token),
            Webhook?.RunAsync(leave.Token) ?? Task.Delay(Timeout.Infinite, leave.Token),
        ];
        var ended = await Task.WhenAny(parts);
        await leave.CancelAsync();
        await Task.WhenAll(parts).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (stop.IsCancellationRequested) return;
        await ended;
        throw new InvalidOperationException("a loop of the checks ended by itself");
    }

    public async ValueTask DisposeAsync()
    {
        Publisher.Dispose();
        await Web.DisposeAsync();
        GitHub?.Dispose();
        Store.Dispose();
    }

    private async Task SweepAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                if (Store.Sweep(Keep) is > 0 and var swept) Log.Swept(Logger, swept, Keep.TotalDays);
            }
            catch (IOException e)
            {
                Log.CannotSweep(Logger, e);
            }

            await Task.Delay(SweepPace, Time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 701, Level = LogLevel.Information, Message = "{Checks} checks have not changed for {Days} days and are kept no longer")]
        public static partial void Swept(ILogger logger, int checks, double days);

        [LoggerMessage(EventId = 702, Level = LogLevel.Error, Message = "Old checks cannot be taken out; it is tried again in an hour")]
        public static partial void CannotSweep(ILogger logger, IOException exception);
    }
}
