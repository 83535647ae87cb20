using StepExport.Configuration;
using StepExport.Core.Delivery;
using StepExport.Core.Telemetry;

namespace StepExport.Sources;

/// <summary>Asks the other side again and again until it answers: the one owner of retry on the side of the sources. Thread-safe.</summary>
/// <remarks>Attempts never end; each failure shows in the source's health, and in the log when its reason is new.</remarks>
internal sealed partial class SourceRetry(string source, RetryConfig config, JoinedHealth health, TimeProvider time, ILogger logger)
{
    /// <summary>One lost request is no state; from this failure in a row on the source shows unhealthy.</summary>
    private const int UnhealthyFrom = 2;

    private readonly RetryPolicy _policy = new(config.Initial, config.Max, Random.Shared);

    /// <summary>Returns the first value.</summary>
    /// <param name="part">What is asked for, as <see cref="JoinedHealth"/> tells parts apart.</param>
    /// <param name="ask">One attempt. Expected trouble is a value; an exception is a bug and is not caught.</param>
    /// <param name="stop">Gives up.</param>
    /// <param name="isSession">An attempt lasts as long as all goes well, which is nothing to trace.</param>
    /// <exception cref="OperationCanceledException">Given up.</exception>
    public async Task<T> UntilAnsweredAsync<T>(
        string part, Func<CancellationToken, Task<SourceAnswer<T>>> ask, CancellationToken stop, bool isSession = false)
        where T : class
    {
        for (var failures = 1; ; failures++)
        {
            var answer = await (isSession ? ask(stop) : TracedAsync(part, ask, stop));
            if (answer.Value is { } value)
            {
                if (health.Set(part, null)) Log.Recovered(logger, source, part);
                return value;
            }

            stop.ThrowIfCancellationRequested();
            if (RetryPolicy.IsAtOnce(failures, answer.RetryAfter)) continue;
            var wait = _policy.Delay(failures, answer.RetryAfter, answer.NeedsOperator);
            if ((failures >= UnhealthyFrom || answer.NeedsOperator) && health.Set(part, answer.Trouble))
                Log.Trouble(logger, source, answer.Trouble!, wait.TotalSeconds);
            await Task.Delay(wait, time, stop);
        }
    }

    private async Task<SourceAnswer<T>> TracedAsync<T>(string part, Func<CancellationToken, Task<SourceAnswer<T>>> ask, CancellationToken stop)
        where T : class
    {
        using var span = Tracing.Poll(source, part);
        var answer = await ask(stop);
        span.End(answer.Value is null ? "Failed" : "Answered", answer.Trouble);
        return answer;
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 501, Level = LogLevel.Warning, Message = "{Source}: {Reason}; next attempt in {Seconds:F1} s")]
        public static partial void Trouble(ILogger logger, string source, string reason, double seconds);

        [LoggerMessage(EventId = 502, Level = LogLevel.Information, Message = "{Source}: {Part} can be read again")]
        public static partial void Recovered(ILogger logger, string source, string part);
    }
}
