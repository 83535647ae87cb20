using StepExport.Core.Telemetry;

namespace StepExport.Core.Delivery;

/// <summary>A destination. It sends what it is given once and says what became of it; <see cref="SinkRunner"/> owns
/// batching, time-outs, retry, bisection, dead letters and the cursor.</summary>
/// <remarks>
/// <see cref="SendAsync"/> may be called concurrently, up to the sink's <c>inFlight</c>. Expected outcomes (refused,
/// unreachable, busy) are values. An exception other than cancellation is treated as Retry and logged.
/// </remarks>
internal interface ISink : IAsyncDisposable
{
    /// <summary>Sends the batch. Returns only when the destination has taken responsibility for what is reported Delivered.</summary>
    ValueTask<SendResult> SendAsync(Batch batch, CancellationToken cancellationToken);

    /// <summary>Asks the destination whether it would accept records, without sending any.</summary>
    Task<CheckResult> CheckAsync(CancellationToken cancellationToken);
}
