using StepExport.Core.Telemetry;

namespace StepExport.Core.Delivery;

/// <summary>Joins what can ail one sink into its one state of health. Thread-safe.</summary>
internal sealed class SinkHealth(ComponentHealth health)
{
    private readonly Lock _lock = new();
    private readonly string?[] _reasons = new string?[Enum.GetValues<Part>().Length];

    /// <summary>What can ail a sink, the gravest first.</summary>
    internal enum Part
    {
        Journal,
        Cursor,
        Spool,
        DeadLetters,
        Destination,
    }

    /// <summary>Sets why the part ails; null when it is well.</summary>
    public void Set(Part part, string? reason)
    {
        lock (_lock)
        {
            if (_reasons[(int)part] == reason) return;
            _reasons[(int)part] = reason;
            if (Array.Find(_reasons, r => r is not null) is { } gravest)
                health.Unhealthy(gravest);
            else
                health.Healthy();
        }
    }
}
