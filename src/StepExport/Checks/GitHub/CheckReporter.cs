using StepExport.Configuration;
using StepExport.Core.Checks;
using StepExport.Core.Delivery;

namespace StepExport.Checks.GitHub;

/// <summary>Tells GitHub how the checks are: whichever is due, as it is by then, one request after the other, for ever.</summary>
/// <remarks>What is due stands in the store, so nothing is lost while GitHub is away. A check that GitHub does not take waits by itself; when it takes
/// none, or wants to be left alone, all of them wait.</remarks>
internal sealed partial class CheckReporter(CheckStore store, GitHubApi api, CheckRunText text, RetryConfig retry, GitHubMetrics metrics, TimeProvider time, ILogger<CheckReporter> logger)
{
    /// <summary>Until a repository is tried again that GitHub does not know, or where the App is not installed.</summary>
    private static readonly TimeSpan Rarely = TimeSpan.FromHours(1);

    /// <summary>GitHub's limits begin anew every hour.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(2);

    private readonly RetryPolicy _policy = new(retry.Initial, retry.Max, Random.Shared);
    private DateTimeOffset _pausedUntil;
    private int _failures;

    public GitHubMetrics Metrics => metrics;

    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var change = store.NextChange;
                var pause = _pausedUntil - time.GetUtcNow();
                if (pause > TimeSpan.Zero) await Task.Delay(pause, time, stop);
                else if (store.NextReport() is { } due) await TellAsync(due, stop);
                else await WaitAsync(change, stop);
            }
            catch (IOException e)
            {
                Fail($"the checks cannot be read: {e.Message}", e, _policy.Delay(++_failures));
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task TellAsync(DueReport due, CancellationToken stop)
    {
        try
        {
            var check = due.Check;
            if (check.Run is null)
            {
                var run = await api.LookUpAsync(check.Key, stop);
                store.SetRun(check.Key, run);
                check = check with { Run = run };
            }

            var content = text.Of(check, store.Findings(check.Key), store.History(check.Key));
            var number = await api.WriteAsync(check, content, due.CheckRunId, stop);
            store.Reported(due, number);
            _failures = 0;
            metrics.AddReported();
            if (!metrics.Health.Current.Ok) Log.Well(logger);
            metrics.Health.Healthy();
        }
        catch (GitHubTroubleException e)
        {
            Endure(due, e);
        }
    }

    private void Endure(DueReport due, GitHubTroubleException e)
    {
        metrics.AddRetried();
        var now = time.GetUtcNow();
        switch (e.Kind)
        {
            case GitHubTrouble.ThisOne:
                store.Postpone(due, now + Rarely, e.Message);
                Log.Refused(logger, due.Check.Key, e.Message, Rarely.TotalMinutes);
                break;
            case GitHubTrouble.Pause:
                metrics.AddPause();
                // Neither "at once" again and again, nor an absurd date that would switch the reporter off.
                _pausedUntil = now + (e.Wait is { Ticks: > 0 } wanted ? (wanted < LongestPause ? wanted : LongestPause) : _policy.Delay(++_failures));
                store.Postpone(due, _pausedUntil, e.Message);
                Log.Paused(logger, e.Message, (_pausedUntil - now).TotalSeconds);
                break;
            default:
                var wait = _policy.Delay(++_failures, e.Wait, e.Kind == GitHubTrouble.NeedsOperator);
                store.Postpone(due, now + _policy.Delay(due.Attempts + 1, e.Wait), e.Message);
                Fail(e.Message, e, wait);
                break;
        }
    }

    private void Fail(string reason, IOException e, TimeSpan wait)
    {
        if (metrics.Health.Current.Reason != reason) Log.Failed(logger, e, wait.TotalSeconds);
        metrics.Health.Unhealthy(reason);
        _pausedUntil = time.GetUtcNow() + wait;
    }

    /// <summary>Until something changes, or something is due.</summary>
    private async Task WaitAsync(Task change, CancellationToken stop)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var due = store.NextReportAt() is { } at ? at - time.GetUtcNow() : Timeout.InfiniteTimeSpan;
        // One came due since it was looked for.
        if (due <= TimeSpan.Zero && due != Timeout.InfiniteTimeSpan) return;
        await Task.WhenAny(change, Task.Delay(due < Rarely ? due : Rarely, time, enough.Token));
        await enough.CancelAsync();
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 711, Level = LogLevel.Warning, Message = "GitHub cannot be told of checks; they wait, next attempt in {Seconds:F1} s")]
        public static partial void Failed(ILogger logger, IOException exception, double seconds);

        [LoggerMessage(EventId = 712, Level = LogLevel.Warning, Message = "GitHub does not take check {Check}: {Reason}; next attempt in {Minutes:F0} minutes")]
        public static partial void Refused(ILogger logger, CheckKey check, string reason, double minutes);

        [LoggerMessage(EventId = 713, Level = LogLevel.Warning, Message = "GitHub wants to be left alone: {Reason}; it is asked again in {Seconds:F0} s")]
        public static partial void Paused(ILogger logger, string reason, double seconds);

        [LoggerMessage(EventId = 714, Level = LogLevel.Information, Message = "GitHub takes checks again")]
        public static partial void Well(ILogger logger);
    }
}
