namespace StepExport.Core.Telemetry;

/// <summary>A sink that is no longer in the configuration.</summary>
/// <param name="Sink">Its name.</param>
/// <param name="RemovedAt">When it was found missing.</param>
/// <param name="HeldUntil">How long its records are held at most; null when they have been let go.</param>
/// <param name="Undelivered">Records that were not delivered to it: so far, or until they were let go.</param>
internal sealed record RemovedSink(string Sink, DateTimeOffset RemovedAt, DateTimeOffset? HeldUntil, long Undelivered);
