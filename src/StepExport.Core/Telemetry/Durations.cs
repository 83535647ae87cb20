using System.Diagnostics.Metrics;

namespace StepExport.Core.Telemetry;

/// <summary>The histograms again as instruments, for whoever listens: an instrument that is only observed cannot be a histogram.
/// They have the names and the buckets of <c>/metrics</c>.</summary>
internal static class Durations
{
    /// <summary>Name of the meter, for listeners.</summary>
    public const string Meter = "StepExport.Durations";

    private static readonly Meter All = new(Meter);

    public static Histogram<double> OfRequests { get; } = Create("stepexport_sink_request_duration_seconds", "Duration of sends, whatever came of them.");

    public static Histogram<double> UntilDurable { get; } =
        Create("stepexport_source_durable_latency_seconds", "From handing a submission to the journal until it is fsynced.");

    private static Histogram<double> Create(string name, string description) =>
        All.CreateHistogram(name, unit: null, description, tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = DurationHistogram.UpperBounds });
}
