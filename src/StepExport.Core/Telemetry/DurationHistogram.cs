using System.Diagnostics.Metrics;

namespace StepExport.Core.Telemetry;

/// <summary>Counts durations in fixed buckets, as a Prometheus histogram shows them. Thread-safe, no allocation.</summary>
/// <param name="instrument">Told of every duration while somebody listens to it; null = nobody can.</param>
/// <param name="label">Whose durations they are, for the instrument.</param>
internal sealed class DurationHistogram(Histogram<double>? instrument = null, KeyValuePair<string, object?> label = default)
{
    private readonly long[] _counts = new long[UpperBounds.Length + 1];
    private long _sumTicks;

    /// <summary>Upper bounds in seconds; a last bucket without bound follows.</summary>
    public static double[] UpperBounds { get; } = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

    public double SumSeconds => TimeSpan.FromTicks(Volatile.Read(ref _sumTicks)).TotalSeconds;

    public void Record(TimeSpan duration)
    {
        var seconds = duration.TotalSeconds;
        var bucket = 0;
        while (bucket < UpperBounds.Length && seconds > UpperBounds[bucket]) bucket++;
        Interlocked.Increment(ref _counts[bucket]);
        Interlocked.Add(ref _sumTicks, duration.Ticks);
        instrument?.Record(seconds, label);
    }

    /// <summary>Counts per bucket (not cumulated), the unbounded one last.</summary>
    public long[] Counts() => [.. _counts.Select((_, i) => Volatile.Read(ref _counts[i]))];
}
