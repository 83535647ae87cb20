using System.Diagnostics;
using System.Text;
using StepExport.Core.DeadLetters;
using StepExport.Core.Model;

namespace StepExport.Core.Delivery;

/// <summary>Brings one batch after the other to its end: every record delivered or durably dead-lettered.</summary>
/// <remarks>
/// A batch is worked off as a stack of slices. Retry sends the top slice again, Rejected replaces it by its halves until the
/// offender stands alone, outcomes per record shrink it to the records that are left. The order inside a batch is kept.
/// </remarks>
/// <param name="sink">The destination.</param>
/// <param name="keep">Makes rejected records durable, or throws an <see cref="IOException"/>: then it is tried again.</param>
/// <param name="sends">The attempts.</param>
/// <param name="runner">What the runner's parts share.</param>
internal sealed class BatchSender(ISink sink, Action<IReadOnlyCollection<DeadLetter>> keep, SendLoop sends, RunnerContext runner) : IBatchSender<PooledBatch>
{
    private readonly Stack<(int Start, int Count)> _slices = new();
    private readonly DiskTrouble _burying = new(SinkHealth.Part.DeadLetters, "dead letters cannot be written, the sink waits", runner);

    public async Task SendAsync(PooledBatch batch, CancellationToken abandon)
    {
        _slices.Clear();
        _slices.Push((0, batch.Count));
        while (_slices.TryPop(out var slice))
        {
            var records = batch.Slice(slice.Start, slice.Count);
            var result = await sends.UntilAnsweredAsync(stop => AttemptAsync(records, stop), slice.Count, abandon);
            var left = await SettleAsync(batch, slice, records, result, abandon);
            if (left > 0) await Task.Delay(runner.Policy.Delay(1, result.RetryAfter), runner.Time, abandon);
        }
    }

    private async ValueTask<SendResult> AttemptAsync(Batch records, CancellationToken cancellationToken)
    {
        if (Activity.Current is { IsAllDataRequested: true } span) span.SetTag("bytes", records.Bytes);
        var result = await sink.SendAsync(records, cancellationToken);
        return result.Records is null || result.Records.Length == records.Count
            ? result
            : throw new InvalidOperationException($"the sink gave {result.Records.Length} outcomes for {records.Count} records");
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
            if (outcomes[i] == RecordOutcome.Rejected) letters.Add(Letter(records[i], result, result.Reasons?[i] ?? result.Reason));
        }

        while (true)
        {
            try
            {
                keep(letters);
                runner.Metrics.AddRejected(letters.Count);
                _burying.Over();
                return;
            }
            catch (IOException e)
            {
                await _burying.WaitOutAsync(e, abandon);
            }
        }
    }

    private DeadLetter Letter(in ExportRecord record, SendResult result, string? reason) => new()
    {
        Component = runner.Sink,
        AtIntake = false,
        Reason = reason ?? "refused by the destination",
        Code = result.Code,
        Sequence = record.Sequence,
        DetectionType = Encoding.UTF8.GetString(record.Type),
        Uid = Convert.ToHexStringLower(record.Uid),
        Header = record.Encoded[..^record.Body.Length].ToArray(),
        Bytes = record.Body.ToArray(),
    };
}
