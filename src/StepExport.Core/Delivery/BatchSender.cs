using System.Text;
using Microsoft.Extensions.Logging;
using StepExport.Core.DeadLetters;
using StepExport.Core.Model;

namespace StepExport.Core.Delivery;

/// <summary>Brings one batch after the other to its end: every record delivered or durably dead-lettered.</summary>
/// <remarks>
/// A batch is worked off as a stack of slices. Retry sends the top slice again, Rejected replaces it by its halves until the
/// offender stands alone, outcomes per record shrink it to the records that are left. The order inside a batch is kept.
/// </remarks>
internal sealed partial class BatchSender(ISink sink, DeadLetterStore deadLetters, DestinationGate gate, RunnerContext runner)
{
    private readonly Stack<(int Start, int Count)> _slices = new();

    /// <summary>Returns when the batch is done with.</summary>
    /// <exception cref="OperationCanceledException">Given up by <paramref name="abandon"/>; the batch comes again after a restart.</exception>
    public async Task SendAsync(PooledBatch batch, CancellationToken abandon)
    {
        _slices.Clear();
        _slices.Push((0, batch.Count));
        var failures = 0;
        while (_slices.TryPop(out var slice))
        {
            var records = batch.Slice(slice.Start, slice.Count);
            var probing = await gate.EnterAsync(abandon);
            var (result, cause) = await AttemptAsync(records, probing, abandon);
            if (MadeProgress(result))
            {
                gate.Succeeded(probing);
                failures = 0;
                var left = await SettleAsync(batch, slice, records, result, abandon);
                if (left > 0) await Task.Delay(runner.Policy.Delay(1, result.RetryAfter), runner.Time, abandon);
                continue;
            }

            failures++;
            runner.Metrics.AddRetried(slice.Count);
            _slices.Push(slice);
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

    private async Task<(SendResult Result, Exception? Cause)> AttemptAsync(Batch records, bool probing, CancellationToken abandon)
    {
        var started = runner.Time.GetTimestamp();
        runner.Metrics.RequestStarted();
        using var timeout = new CancellationTokenSource(runner.Settings.Timeout, runner.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, abandon);
        var answered = false;
        try
        {
            var result = await sink.SendAsync(records, either.Token);
            if (result.Records is { } outcomes && outcomes.Length != records.Count)
                throw new InvalidOperationException($"the sink gave {outcomes.Length} outcomes for {records.Count} records");
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

    /// <returns>How many records of a result per record are to be sent again.</returns>
    private async Task<int> SettleAsync(PooledBatch batch, (int Start, int Count) slice, Batch records, SendResult result, CancellationToken abandon)
    {
        if (result.Records is { } outcomes)
        {
            var rejected = outcomes.AsSpan().Count(RecordOutcome.Rejected);
            if (rejected > 0) await BuryAsync(records, outcomes, result, rejected, abandon);
            var left = batch.KeepRetried(slice.Start, outcomes);
            runner.Metrics.AddDelivered(slice.Count - rejected - left);
            runner.Metrics.AddRetried(left);
            if (left > 0) _slices.Push((slice.Start, left));
            return left;
        }

        if (result.Outcome == RecordOutcome.Delivered)
        {
            runner.Metrics.AddDelivered(slice.Count);
        }
        else if (slice.Count == 1)
        {
            await BuryAsync(records, [RecordOutcome.Rejected], result, 1, abandon);
        }
        else
        {
            var half = slice.Count / 2;
            _slices.Push((slice.Start + half, slice.Count - half));
            _slices.Push((slice.Start, half));
            runner.Metrics.AddRetried(slice.Count);
        }

        return 0;
    }

    /// <summary>Returns when the rejected records are durable in the dead letters; until then the cursor cannot pass them.</summary>
    private async Task BuryAsync(Batch records, RecordOutcome[] outcomes, SendResult result, int rejected, CancellationToken abandon)
    {
        var letters = new List<DeadLetter>(rejected);
        for (var i = 0; i < outcomes.Length; i++)
        {
            if (outcomes[i] == RecordOutcome.Rejected) letters.Add(Letter(records[i], result));
        }

        for (var failures = 1; ; failures++)
        {
            try
            {
                deadLetters.Add(letters);
                runner.Metrics.AddRejected(letters.Count);
                runner.Health.Set(SinkHealth.Part.DeadLetters, null);
                return;
            }
            catch (IOException e)
            {
                var delay = runner.Policy.Delay(failures);
                runner.Health.Set(SinkHealth.Part.DeadLetters, e.Message);
                Log.DeadLettersNotWritten(runner.Logger, e, runner.Sink, letters.Count, delay.TotalSeconds);
                await Task.Delay(delay, runner.Time, abandon);
            }
        }
    }

    private DeadLetter Letter(in ExportRecord record, SendResult result) => new()
    {
        Component = runner.Sink,
        AtIntake = false,
        Reason = result.Reason ?? "refused by the destination",
        Code = result.Code,
        Sequence = record.Sequence,
        DetectionType = Encoding.UTF8.GetString(record.Type),
        Uid = Convert.ToHexStringLower(record.Uid),
        Bytes = record.Body.ToArray(),
    };

    private static partial class Log
    {
        [LoggerMessage(EventId = 321, Level = LogLevel.Error, Message = "{Sink}: {Count} dead letters cannot be written, the sink waits; next attempt in {Seconds:F1} s")]
        public static partial void DeadLettersNotWritten(ILogger logger, Exception cause, string sink, int count, double seconds);
    }
}
