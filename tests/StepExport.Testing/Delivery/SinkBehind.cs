using StepExport.Core.Delivery;
using StepExport.Core.Telemetry;

namespace StepExport.Testing.Delivery;

/// <summary>Puts a fault between the runner and a real sink.</summary>
/// <param name="sink">The real sink.</param>
/// <param name="fault">Given the batch, the number of the send (from 1), the runner's token and the way to the real sink.</param>
internal sealed class SinkBehind(ISink sink, Func<Batch, int, CancellationToken, Func<ValueTask<SendResult>>, ValueTask<SendResult>> fault) : ISink
{
    private int _sends;

    public int Sends => Volatile.Read(ref _sends);

    public ValueTask<SendResult> SendAsync(Batch batch, CancellationToken cancellationToken) =>
        fault(batch, Interlocked.Increment(ref _sends), cancellationToken, () => sink.SendAsync(batch, cancellationToken));

    public Task<CheckResult> CheckAsync(CancellationToken cancellationToken) => sink.CheckAsync(cancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
