using Microsoft.Extensions.Logging;

namespace StepExport.Core.Delivery;

/// <summary>Lets a sink's senders through freely while its destination is well, and one at a time, after the back-off, while it
/// is in trouble. Thread-safe.</summary>
/// <remarks>The probes go round among the waiting batches: a batch that the destination alone cannot digest (a 500 for its
/// content) must not keep the others from finding out that it is well.</remarks>
internal sealed partial class DestinationGate(RunnerContext runner) : IDisposable
{
    /// <summary>One lost request is no state; from this failure in a row on the sink shows unhealthy.</summary>
    private const int UnhealthyFrom = 2;

    private static readonly TimeSpan LogInterval = TimeSpan.FromMinutes(1);
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _probe = new(1, 1);
    private TaskCompletionSource _recovered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _failures;
    private long _failedAt;
    private TimeSpan _wait;
    private string? _logged;
    private long _loggedAt;

    /// <summary>Waits for this sender's turn.</summary>
    /// <returns>True when the sender probes a destination in trouble; the probe ends with one of the other methods.</returns>
    public async ValueTask<bool> EnterAsync(CancellationToken cancellationToken)
    {
        if (IsWell()) return false;
        await _probe.WaitAsync(cancellationToken);
        var probing = false;
        try
        {
            while (RemainingWait() is { } wait)
            {
                if (wait <= TimeSpan.Zero) return probing = true;
                await WaitAsync(wait, cancellationToken);
            }

            return false;
        }
        finally
        {
            if (!probing) _probe.Release();
        }
    }

    /// <summary>The destination answered, be it only to refuse a record.</summary>
    public void Succeeded(bool probing)
    {
        lock (_lock)
        {
            if (_failures > 0)
            {
                Log.Recovered(runner.Logger, runner.Sink, _failures);
                _recovered.TrySetResult();
                _recovered = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            (_failures, _logged) = (0, null);
            runner.Health.Set(SinkHealth.Part.Destination, null);
        }

        Leave(probing);
    }

    /// <summary>The destination is in trouble.</summary>
    public void Failed(bool probing, SendResult result, Exception? cause)
    {
        lock (_lock)
        {
            // What was on its way when the trouble began says nothing new, unless the destination asks for a longer pause.
            if (probing || _failures == 0)
            {
                _failures++;
                _failedAt = runner.Time.GetTimestamp();
                _wait = runner.Policy.Delay(_failures, result.RetryAfter, result.NeedsOperator);
            }
            else if (result.RetryAfter > RemainingWait())
            {
                _failedAt = runner.Time.GetTimestamp();
                _wait = runner.Policy.Delay(_failures, result.RetryAfter);
            }

            var reason = result.Code is null ? result.Reason! : $"{result.Reason} ({result.Code})";
            if (_failures >= UnhealthyFrom || result.NeedsOperator) runner.Health.Set(SinkHealth.Part.Destination, reason);
            LogNowAndThen(reason, cause);
        }

        Leave(probing);
    }

    /// <summary>Ends a turn without a statement about the destination.</summary>
    public void Leave(bool probing)
    {
        if (probing) _probe.Release();
    }

    public void Dispose() => _probe.Dispose();

    /// <summary>Waits for the next probe's time, or until a send that was still under way has shown that the trouble is over.</summary>
    private async Task WaitAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        Task recovered;
        lock (_lock)
        {
            if (_failures == 0) return;
            recovered = _recovered.Task;
        }

        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(Task.Delay(wait, runner.Time, enough.Token), recovered);
        await enough.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }

    private bool IsWell()
    {
        lock (_lock) return _failures == 0;
    }

    private TimeSpan? RemainingWait()
    {
        lock (_lock) return _failures == 0 ? null : _wait - runner.Time.GetElapsedTime(_failedAt);
    }

    private void LogNowAndThen(string reason, Exception? cause)
    {
        if (_logged == reason && runner.Time.GetElapsedTime(_loggedAt) < LogInterval) return;
        if (_logged is not null && runner.Time.GetElapsedTime(_loggedAt) < LogInterval / 10) return;
        (_logged, _loggedAt) = (reason, runner.Time.GetTimestamp());
        Log.Trouble(runner.Logger, cause, runner.Sink, _failures, reason, _wait.TotalSeconds);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 301, Level = LogLevel.Warning, Message = "{Sink}: the destination does not take records (failure {Failures}): {Reason}; next attempt in {Seconds:F1} s")]
        public static partial void Trouble(ILogger logger, Exception? cause, string sink, int failures, string reason, double seconds);

        [LoggerMessage(EventId = 302, Level = LogLevel.Information, Message = "{Sink}: the destination takes records again after {Failures} failures")]
        public static partial void Recovered(ILogger logger, string sink, int failures);
    }
}
