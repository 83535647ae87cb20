using StepExport.Core.Delivery;
using StepExport.Core.Model;

namespace StepExport.Tests.Sinks.SplunkHec;

/// <summary>Does what the runner does with a batch, in thirty lines: Retry is sent again, Rejected halved until the offender stands
/// alone.</summary>
internal sealed class HecPatientSender(HecRig rig)
{
    private readonly Lock _lock = new();

    public HashSet<long> Delivered { get; } = [];

    public HashSet<long> Rejected { get; } = [];

    /// <summary>Brings every batch to its end, so many at a time.</summary>
    public async Task<int> SendAllAsync(IEnumerable<Batch> batches, int senders)
    {
        var queue = new System.Collections.Concurrent.ConcurrentQueue<Batch>(batches);
        await Task.WhenAll(Enumerable.Range(0, senders).Select(async _ =>
        {
            while (queue.TryDequeue(out var batch)) await SendAsync(batch);
        }));
        return Delivered.Count;
    }

    private async Task SendAsync(Batch batch)
    {
        var slices = new Stack<ExportRecord[]>([batch.Records.ToArray()]);
        for (var failures = 0; slices.TryPop(out var records);)
        {
            var result = await rig.SendAsync(new Batch(records));
            var outcomes = result.Records ?? [.. records.Select(_ => result.Outcome)];
            Note(records, outcomes, result.Records is null && records.Length > 1);
            var left = records.Where((_, i) => outcomes[i] == RecordOutcome.Retry).ToArray();
            if (left.Length > 0) slices.Push(left);
            if (result is { Records: null, Outcome: RecordOutcome.Rejected } && records.Length > 1)
            {
                slices.Push(records[(records.Length / 2)..]);
                slices.Push(records[..(records.Length / 2)]);
            }

            failures = left.Length == records.Length ? failures + 1 : 0;
            if (failures > 0 && (result.RetryAfter != TimeSpan.Zero || failures > 3)) await Task.Delay(TimeSpan.FromSeconds(1), rig.Time);
        }
    }

    private void Note(ExportRecord[] records, RecordOutcome[] outcomes, bool isWhole)
    {
        lock (_lock)
        {
            for (var i = 0; i < records.Length; i++)
            {
                if (outcomes[i] == RecordOutcome.Delivered) Delivered.Add(records[i].Sequence);
                if (outcomes[i] == RecordOutcome.Rejected && !isWhole) Rejected.Add(records[i].Sequence);
            }
        }
    }
}
