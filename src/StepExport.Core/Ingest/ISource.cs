using StepExport.Core.Telemetry;

namespace StepExport.Core.Ingest;

/// <summary>Where detections come from. A source answers its sender (or moves its checkpoint) only after the ingress says durable.</summary>
internal interface ISource : IAsyncDisposable
{
    /// <summary>Reads until the end (bounded sources) or until <paramref name="stop"/> is cancelled; returns normally in both cases.
    /// An exception is a bug or a fault that a person must see: it ends the program with exit code 1.</summary>
    Task RunAsync(Ingress ingress, CancellationToken stop);

    /// <summary>Completes once a running source has what it can only get by running, e.g. the address it listens on. It does not when
    /// <see cref="RunAsync"/> ends before.</summary>
    Task Started => Task.CompletedTask;

    /// <summary>Asks whether detections could be had, without taking any. Instead of <see cref="RunAsync"/>, never beside it.</summary>
    Task<CheckResult> CheckAsync(CancellationToken cancellationToken);
}
