using System.Collections.Concurrent;

namespace StepExport.Core.Telemetry;

/// <summary>What one source has taken in since start. Written on the event path with plain interlocked adds; read at scrape time.</summary>
internal sealed class SourceMetrics(string name, TimeProvider time)
{
    private long _received;
    private long _rejected;
    private long _durable;

    public string Name => name;

    public ComponentHealth Health { get; } = new(time);

    /// <summary>Detections seen, good or bad.</summary>
    public long Received => Volatile.Read(ref _received);

    /// <summary>Detections that went to the dead letters at intake.</summary>
    public long Rejected => Volatile.Read(ref _rejected);

    /// <summary>Records that are fsynced in the journal.</summary>
    public long Durable => Volatile.Read(ref _durable);

    /// <summary>Normalized detections by type.</summary>
    public ConcurrentDictionary<string, long> NormalizedByType { get; } = new(StringComparer.Ordinal);

    public void AddReceived(long count) => Interlocked.Add(ref _received, count);

    public void AddRejected(long count) => Interlocked.Add(ref _rejected, count);

    public void AddDurable(long count) => Interlocked.Add(ref _durable, count);

    /// <summary>Called once per submission and type, not per event.</summary>
    public void AddNormalized(string type, long count) => NormalizedByType.AddOrUpdate(type, count, (_, before) => before + count);
}
