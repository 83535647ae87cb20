namespace StepExport.Core.Delivery;

/// <summary>How <see cref="SinkRunner"/> drives one sink.</summary>
internal sealed record SinkSettings
{
    /// <summary>Bytes. A batch in memory is closed before its records exceed this; a single larger record goes alone. A spool is
    /// closed when its largest object, as it will be stored, has reached this (<see cref="ISpool.EncodedBytes"/>).</summary>
    public long BatchMaxBytes { get; init; } = 1_000_000;

    public int BatchMaxEvents { get; init; } = 1000;

    /// <summary>A batch is closed when its first record has waited this long.</summary>
    public TimeSpan BatchMaxAge { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Batches sent concurrently.</summary>
    public int InFlight { get; init; } = 4;

    /// <summary>One send is given up (and retried) after this.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    public TimeSpan RetryInitial { get; init; } = TimeSpan.FromMilliseconds(500);

    public TimeSpan RetryMax { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Which records the sink wants; the others are passed over.</summary>
    public RecordFilter Filter { get; init; } = RecordFilter.All;
}
