using StepExport.Core.Checks;
using StepExport.Core.Delivery;
using StepExport.Core.Telemetry;

namespace StepExport.Checks;

/// <summary>Takes the findings of workflow runs into the checks; every other record is passed over. A batch is one transaction, durable when it is delivered.</summary>
internal sealed class CheckSink(CheckStore store, SinkMetrics metrics) : ISink
{
    public ValueTask<SendResult> SendAsync(Batch batch, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var findings = new List<CheckFinding>(batch.Count);
        foreach (ref readonly var record in batch.Records)
        {
            if (FindingFacts.Read(record) is { } finding) findings.Add(finding);
        }

        try
        {
            store.Apply(findings);
        }
        catch (IOException e)
        {
            return ValueTask.FromResult(SendResult.Retry(e.Message));
        }

        metrics.AddBytesSent(batch.Bytes);
        return ValueTask.FromResult(SendResult.Delivered);
    }

    public Task<CheckResult> CheckAsync(CancellationToken cancellationToken)
    {
        try
        {
            var totals = store.Totals();
            return Task.FromResult(new CheckResult(true, FormattableString.Invariant($"{totals.Pending} checks are pending")));
        }
        catch (IOException e)
        {
            return Task.FromResult(new CheckResult(false, e.Message));
        }
    }

    /// <summary>The store is not the sink's.</summary>
    public ValueTask DisposeAsync() => default;
}
