using StepExport.Core.Telemetry;

namespace StepExport.Core.Ingest;

/// <summary>Where detections come from. A source answers its sender (or moves its checkpoint) only after the ingress says durable.</summary>
internal interface ISource : IAsyncDisposable
{
    /// <summary>Reads until the end (bounded sources) or until <paramref name="stop"/> is cancelled; returns normally in both cases.
    /// An exception is a bug or a fault that a person must see: it ends the program with exit code 1.</summary>
    Task RunAsync(Ingress ingress, CancellationToken stop);

    /// <summary>Asks whether detections could be had, without taking any. Instead of <see cref="RunAsync"/>, never beside it.</summary>
    Task<CheckResult> CheckAsync(CancellationToken cancellationToken);
}
