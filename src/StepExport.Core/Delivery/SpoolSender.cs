namespace StepExport.Core.Delivery;

/// <summary>Sends spools as a whole, each until it is delivered.</summary>
internal sealed class SpoolSender(SendLoop sends, RunnerContext runner) : IBatchSender<SpooledBatch>
{
    public async Task SendAsync(SpooledBatch batch, CancellationToken abandon)
    {
        await sends.UntilAnsweredAsync(stop => AttemptAsync(batch.Spool, stop), batch.Count, abandon);
        runner.Metrics.AddDelivered(batch.Count);
    }

    /// <summary>Delivered or Retry, whatever the sink says: nothing of a spool can be dead-lettered, so nothing of it may be given up.</summary>
    private static async ValueTask<SendResult> AttemptAsync(ISpool spool, CancellationToken cancellationToken)
    {
        var result = await spool.SendAsync(cancellationToken);
        return result is { Outcome: RecordOutcome.Delivered } or { Outcome: RecordOutcome.Retry, Records: null }
            ? result
            : SendResult.Retry($"part of a spool was refused: {result.Reason}", result.Code, needsOperator: true);
    }
}
