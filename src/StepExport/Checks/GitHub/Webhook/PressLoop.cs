using StepExport.Configuration;
using StepExport.Core.Checks;
using StepExport.Core.Delivery;
using StepExport.Core.Telemetry;

namespace StepExport.Checks.GitHub.Webhook;

/// <summary>Decides what was pressed at GitHub, one press after the other. While GitHub does not say who is in a team, a press waits and is tried
/// again, over restarts, until it is decided or its revision is over.</summary>
internal sealed partial class PressLoop(CheckStore store, Approvals approvals, RetryConfig retry, JoinedHealth health, TimeProvider time, ILogger logger)
{
    private readonly RetryPolicy _policy = new(retry.Initial, retry.Max, Random.Shared);

    public async Task RunAsync(CancellationToken stop)
    {
        for (var failures = 0; !stop.IsCancellationRequested;)
        {
            try
            {
                await DecideDueAsync(stop);
                failures = 0;
            }
            catch (IOException e)
            {
                var wait = _policy.Delay(++failures);
                if (health.Set("presses", e.Message)) Log.StoreFailed(logger, wait.TotalSeconds, e);
                await Task.Delay(wait, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
            }
        }
    }

    /// <summary>Decides all that is due, then waits until there may be more.</summary>
    private async Task DecideDueAsync(CancellationToken stop)
    {
        var change = store.NextChange;
        if (store.NextPress() is { } press)
        {
            var decision = await approvals.ApproveAsync(press.Key, press.Revision, new(press.Login, []), ApprovalVia.GitHub, null, stop);
            if (decision.Outcome == DecisionOutcome.TryLater) store.PostponePress(press, time.GetUtcNow() + _policy.Delay(press.Attempts + 1), decision.Text);
            else store.EndPress(press, decision.Outcome == DecisionOutcome.Approved);
            return;
        }

        var waiting = store.PostponedPresses();
        health.Set("presses", waiting is [var first, ..] ? $"{waiting.Count} presses of Approve at GitHub wait: {first.Trouble}" : null);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var due = store.NextPressAt() is { } at ? at - time.GetUtcNow() : Timeout.InfiniteTimeSpan;
        // One that came due since it was looked for
        if (due <= TimeSpan.Zero && due != Timeout.InfiniteTimeSpan) return;
        await Task.WhenAny(change, Task.Delay(due, time, enough.Token));
        await enough.CancelAsync();
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 733, Level = LogLevel.Error, Message = "What was pressed at GitHub cannot be decided; next attempt in {Seconds:F1} s")]
        public static partial void StoreFailed(ILogger logger, double seconds, IOException exception);
    }
}
