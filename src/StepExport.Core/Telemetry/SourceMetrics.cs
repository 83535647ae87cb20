using System.Collections.Concurrent;

namespace StepExport.Core.Telemetry;

/// <summary>What one source has taken in since start. Written on the event path with plain interlocked adds; read at scrape time.</summary>
internal sealed class SourceMetrics(string name, TimeProvider time)
{
    /// <summary>More types than this are counted together as <see cref="OtherTypes"/>: senders choose the names, and every one
    /// of them is a time series for ever.</summary>
    public const int MaxTypes = 100;

    public const string OtherTypes = "other";

    private long _received;
    private long _rejected;
    private long _durable;
    private long _redactions;
    private long _deduplicated;
    private IReadOnlyList<SourceGauge> _gauges = [];

    public string Name => name;

    public ComponentHealth Health { get; } = new(time);

    /// <summary>Detections seen, good or bad.</summary>
    public long Received => Volatile.Read(ref _received);

    /// <summary>Detections that went to the dead letters at intake.</summary>
    public long Rejected => Volatile.Read(ref _rejected);

    /// <summary>Records that are fsynced in the journal.</summary>
    public long Durable => Volatile.Read(ref _durable);

    /// <summary>Detections that were in the journal before, and were not taken again.</summary>
    public long Deduplicated => Volatile.Read(ref _deduplicated);

    /// <summary>Credentials scrubbed from process arguments and URLs.</summary>
    public long Redactions => Volatile.Read(ref _redactions);

    /// <summary>From handing a submission to the journal until it is fsynced; one entry per submission.</summary>
    public DurationHistogram DurableLatency { get; } = new(Durations.UntilDurable, new("source", name));

    /// <summary>Normalized detections by type.</summary>
    public ConcurrentDictionary<string, long> NormalizedByType { get; } = new(StringComparer.Ordinal);

    /// <summary>Requests answered, by HTTP status; empty for a source that nobody sends to.</summary>
    public ConcurrentDictionary<int, long> RequestsByCode { get; } = [];

    /// <summary>What only this kind of source can tell, as of its last look; replaced as a whole.</summary>
    public IReadOnlyList<SourceGauge> Gauges { get => Volatile.Read(ref _gauges); set => Volatile.Write(ref _gauges, value); }

    public void AddReceived(long count) => Interlocked.Add(ref _received, count);

    public void AddRejected(long count) => Interlocked.Add(ref _rejected, count);

    public void AddDurable(long count) => Interlocked.Add(ref _durable, count);

    public void AddDeduplicated(long count) => Interlocked.Add(ref _deduplicated, count);

    public void AddRedactions(long count) => Interlocked.Add(ref _redactions, count);

    /// <summary>Called once per submission and type, not per event.</summary>
    public void AddNormalized(string type, long count)
    {
        var isKnown = NormalizedByType.ContainsKey(type) || NormalizedByType.Count < MaxTypes;
        NormalizedByType.AddOrUpdate(isKnown ? type : OtherTypes, count, (_, before) => before + count);
    }

    /// <summary>Called once per request.</summary>
    public void AddRequest(int code) => RequestsByCode.AddOrUpdate(code, 1, static (_, before) => before + 1);
}

/// <summary>One number that only one kind of source has.</summary>
/// <param name="Name">Prometheus name without the prefix <c>stepexport_source_</c>, e.g. <c>kafka_lag_records</c>; with base unit, counters end in <c>_total</c>.</param>
/// <param name="Help">One sentence.</param>
/// <param name="Value">The number.</param>
/// <param name="Label">A further label and its value, e.g. a topic.</param>
internal readonly record struct SourceGauge(string Name, string Help, double Value, (string Name, string Value)? Label = null);
