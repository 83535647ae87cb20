namespace StepExport.Core.Telemetry;

/// <summary>Whether one source or sink does its work, and if not, why. Thread-safe.</summary>
internal sealed class ComponentHealth(TimeProvider time)
{
    private volatile Snapshot _current = new(true, null, time.GetUtcNow());

    public Snapshot Current => _current;

    public void Healthy()
    {
        if (!_current.Ok) _current = new(true, null, time.GetUtcNow());
    }

    /// <summary>Marks the component unhealthy; <see cref="Snapshot.Since"/> is kept while it stays so.</summary>
    public void Unhealthy(string reason)
    {
        var before = _current;
        if (before.Ok || before.Reason != reason) _current = new(false, reason, before.Ok ? time.GetUtcNow() : before.Since);
    }

    /// <summary>State at one moment; <paramref name="Since"/> is when it last changed between healthy and unhealthy.</summary>
    internal sealed record Snapshot(bool Ok, string? Reason, DateTimeOffset Since);
}
