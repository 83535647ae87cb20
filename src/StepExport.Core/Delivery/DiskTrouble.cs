using Microsoft.Extensions.Logging;

namespace StepExport.Core.Delivery;

/// <summary>Something on this machine's disk that is tried until it works: the wait between the attempts, which shows in the sink's
/// health. One task at a time.</summary>
internal sealed partial class DiskTrouble(SinkHealth.Part part, string what, RunnerContext runner)
{
    private int _failures;

    /// <summary>Waits before the next attempt.</summary>
    /// <exception cref="OperationCanceledException">Ended by <paramref name="stop"/>.</exception>
    public Task WaitOutAsync(Exception cause, CancellationToken stop)
    {
        var delay = runner.Policy.Delay(++_failures);
        runner.Health.Set(part, $"{what}: {cause.Message}");
        Log.Trouble(runner.Logger, cause, runner.Sink, what, delay.TotalSeconds);
        return Task.Delay(delay, runner.Time, stop);
    }

    /// <summary>The attempt has worked.</summary>
    public void Over()
    {
        if (_failures == 0) return;
        _failures = 0;
        runner.Health.Set(part, null);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 311, Level = LogLevel.Error, Message = "{Sink}: {What}; next attempt in {Seconds:F1} s")]
        public static partial void Trouble(ILogger logger, Exception cause, string sink, string what, double seconds);
    }
}
