namespace StepExport.Core.Telemetry;

/// <summary>What one sink has done since start. Written per batch with plain interlocked adds; read at scrape time.</summary>
internal sealed class SinkMetrics(string name, TimeProvider time)
{
    private long _delivered;
    private long _retried;
    private long _rejected;
    private long _filtered;
    private long _requests;
    private long _bytesSent;
    private int _inFlight;
    private long _committed;
    private long _oldestUndeliveredMs;
    private IReadOnlyList<SinkGauge> _gauges = [];

    public string Name => name;

    public ComponentHealth Health { get; } = new(time);

    /// <summary>Records the destination has taken.</summary>
    public long Delivered => Volatile.Read(ref _delivered);

    /// <summary>Records sent again.</summary>
    public long Retried => Volatile.Read(ref _retried);

    /// <summary>Records dead-lettered.</summary>
    public long Rejected => Volatile.Read(ref _rejected);

    /// <summary>Records passed over by the sink's <c>where</c>.</summary>
    public long Filtered => Volatile.Read(ref _filtered);

    public long Requests => Volatile.Read(ref _requests);

    /// <summary>Bytes put on the wire (after compression) or into files.</summary>
    public long BytesSent => Volatile.Read(ref _bytesSent);

    /// <summary>Batches being sent now.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>The cursor: every record up to this sequence is delivered, dead-lettered or filtered.</summary>
    public long Committed { get => Volatile.Read(ref _committed); set => Volatile.Write(ref _committed, value); }

    /// <summary>When the oldest record not yet committed was journaled, ms since 1970; 0 when there is none.</summary>
    public long OldestUndeliveredMs { get => Volatile.Read(ref _oldestUndeliveredMs); set => Volatile.Write(ref _oldestUndeliveredMs, value); }

    /// <summary>What only this kind of sink can tell, as of its last look; replaced as a whole.</summary>
    public IReadOnlyList<SinkGauge> Gauges { get => Volatile.Read(ref _gauges); set => Volatile.Write(ref _gauges, value); }

    /// <summary>Durations of sends, whatever their outcome.</summary>
    public DurationHistogram RequestDuration { get; } = new(Durations.OfRequests, new("sink", name));

    public void AddDelivered(long records) => Interlocked.Add(ref _delivered, records);

    public void AddRetried(long records) => Interlocked.Add(ref _retried, records);

    public void AddRejected(long records) => Interlocked.Add(ref _rejected, records);

    public void AddFiltered(long records) => Interlocked.Add(ref _filtered, records);

    public void AddBytesSent(long bytes) => Interlocked.Add(ref _bytesSent, bytes);

    public void RequestStarted()
    {
        Interlocked.Increment(ref _requests);
        Interlocked.Increment(ref _inFlight);
    }

    public void RequestEnded(TimeSpan duration)
    {
        Interlocked.Decrement(ref _inFlight);
        RequestDuration.Record(duration);
    }
}

/// <summary>One number that only one kind of sink has.</summary>
/// <param name="Name">Prometheus name without the prefix <c>stepexport_sink_</c>, e.g. <c>kafka_broker_up</c>; with base unit, counters end in <c>_total</c>.</param>
/// <param name="Help">One sentence.</param>
/// <param name="Value">The number.</param>
/// <param name="Label">A further label and its value, e.g. a broker.</param>
internal readonly record struct SinkGauge(string Name, string Help, double Value, (string Name, string Value)? Label = null);
