namespace StepExport.Core.Delivery;

/// <summary>Brings one batch after the other to its end. One task at a time.</summary>
internal interface IBatchSender<in TBatch>
{
    /// <summary>Returns when every record of the batch is delivered or durably dead-lettered.</summary>
    /// <exception cref="OperationCanceledException">Given up by <paramref name="abandon"/>; the batch comes again after a restart.</exception>
    Task SendAsync(TBatch batch, CancellationToken abandon);
}
