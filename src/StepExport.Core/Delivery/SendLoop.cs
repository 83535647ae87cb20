using StepExport.Core.Telemetry;

namespace StepExport.Core.Delivery;

/// <summary>Sends one thing again and again until the destination has taken a stand on it: the attempts, their time-out, their turns
/// at the gate, their metrics and the waits between them. Thread-safe.</summary>
internal sealed class SendLoop(DestinationGate gate, RunnerContext runner)
{
    /// <summary>Returns the first result that is not Retry as a whole.</summary>
    /// <param name="send">One attempt. What it throws counts as Retry.</param>
    /// <param name="records">How many records it is about.</param>
    /// <param name="abandon">Gives up.</param>
    /// <exception cref="OperationCanceledException">Given up.</exception>
    public async Task<SendResult> UntilAnsweredAsync(Func<CancellationToken, ValueTask<SendResult>> send, int records, CancellationToken abandon)
    {
        for (var failures = 1; ; failures++)
        {
            var probing = await gate.EnterAsync(abandon);
            var (result, cause) = await AttemptAsync(send, records, failures, probing, abandon);
            if (MadeProgress(result))
            {
                gate.Succeeded(probing);
                return result;
            }

            runner.Metrics.AddRetried(records);
            if (RetryPolicy.IsAtOnce(failures, result.RetryAfter))
            {
                gate.Leave(probing);
                continue;
            }

            gate.Failed(probing, result, cause);

            // On top of the gate's wait: should only this batch be in trouble, its retries must not become the others' pace.
            await Task.Delay(runner.Policy.Delay(failures), runner.Time, abandon);
        }
    }

    private static bool MadeProgress(SendResult result) =>
        result.Outcome != RecordOutcome.Retry || (result.Records is { } records && records.AsSpan().ContainsAnyExcept(RecordOutcome.Retry));

    private async Task<(SendResult Result, Exception? Cause)> AttemptAsync(
        Func<CancellationToken, ValueTask<SendResult>> send, int records, int attempt, bool probing, CancellationToken abandon)
    {
        using var span = Tracing.SendBatch(runner.Sink, records, attempt);
        var (result, cause) = await TimedAsync(send, probing, abandon);
        span.End(OutcomeOf(result), result.Reason);
        return (result, cause);
    }

    private static string OutcomeOf(SendResult result) => result.Records is null ? result.Outcome.ToString() : "Mixed";

    private async Task<(SendResult Result, Exception? Cause)> TimedAsync(
        Func<CancellationToken, ValueTask<SendResult>> send, bool probing, CancellationToken abandon)
    {
        var started = runner.Time.GetTimestamp();
        runner.Metrics.RequestStarted();
        using var timeout = new CancellationTokenSource(runner.Settings.Timeout, runner.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, abandon);
        var answered = false;
        try
        {
            var result = await send(either.Token);
            answered = true;
            return (result, null);
        }
        catch (OperationCanceledException) when (!abandon.IsCancellationRequested)
        {
            answered = true;
            var reason = timeout.IsCancellationRequested ? $"no answer within {runner.Settings.Timeout.TotalSeconds:0.###} s" : "the sink cancelled the send";
            return (SendResult.Retry(reason), null);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The boundary to a sink's code: a bug there must cost neither records nor the other sinks.
            answered = true;
            return (SendResult.Retry($"{e.GetType().Name}: {e.Message}"), e);
        }
        finally
        {
            runner.Metrics.RequestEnded(runner.Time.GetElapsedTime(started));
            if (!answered) gate.Leave(probing);
        }
    }
}
