using System.Diagnostics.Metrics;
using StepExport.Admin;
using StepExport.Core.Telemetry;

namespace StepExport.Telemetry;

/// <summary>Shows what stands on <c>/metrics</c> as instruments, under the same names and with the same values. Histograms are
/// <see cref="Durations"/>.</summary>
/// <remarks>Nothing is counted twice: between two calls of <see cref="Refresh"/> it holds the page as of the first one.</remarks>
internal sealed class StatusMeter(StatusSource status) : IDisposable
{
    /// <summary>Name of the meter, for listeners.</summary>
    public const string Name = "StepExport.Status";

    private readonly Meter _meter = new(Name);
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private Dictionary<string, Measurement<double>[]> _values = [];

    /// <summary>Reads the page; families that are new to it become instruments.</summary>
    public void Refresh()
    {
        var families = MetricsPage.Read(status).Families.Where(f => f.Type != PrometheusText.HistogramType).ToArray();
        _values = families.ToDictionary(f => f.Name, f => f.Samples.Select(s => new Measurement<double>(s.Value, Tags(s.Labels))).ToArray(), StringComparer.Ordinal);
        foreach (var family in families.Where(f => _known.Add(f.Name)))
        {
            var name = family.Name;
            if (family.Type == PrometheusText.CounterType) _meter.CreateObservableCounter(name, () => Values(name), description: family.Help);
            else _meter.CreateObservableGauge(name, () => Values(name), description: family.Help);
        }
    }

    public void Dispose() => _meter.Dispose();

    private Measurement<double>[] Values(string family) => _values.GetValueOrDefault(family) ?? [];

    private static IEnumerable<KeyValuePair<string, object?>> Tags((string Name, string Value)[] labels) =>
        labels.Select(l => new KeyValuePair<string, object?>(l.Name, l.Value));
}
