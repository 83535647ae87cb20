using System.Globalization;
using System.Text;
using StepExport.Core.Telemetry;

namespace StepExport.Admin;

/// <summary>Metrics family by family, and their text in Prometheus' format 0.0.4: HELP and TYPE before a family's samples.</summary>
internal sealed class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";
    public const string CounterType = "counter";
    public const string GaugeType = "gauge";
    public const string HistogramType = "histogram";

    private readonly List<MetricFamily> _families = [];

    public IReadOnlyList<MetricFamily> Families => _families;

    public void Counter(string family, string help) => _families.Add(new(family, help, CounterType));

    public void Gauge(string family, string help) => _families.Add(new(family, help, GaugeType));

    public void Histogram(string family, string help) => _families.Add(new(family, help, HistogramType));

    /// <summary>One sample of the family begun last.</summary>
    public void Sample(double value, params ReadOnlySpan<(string Name, string Value)> labels) => Add("", value, labels);

    /// <summary>The buckets, sum and count of the histogram begun last; the format wants the buckets cumulated.</summary>
    public void Sample(DurationHistogram histogram, (string Name, string Value) label)
    {
        var cumulated = 0L;
        foreach (var (i, count) in histogram.Counts().Index())
        {
            cumulated += count;
            var bound = i < DurationHistogram.UpperBounds.Length ? Number(DurationHistogram.UpperBounds[i]) : "+Inf";
            Add("_bucket", cumulated, [label, ("le", bound)]);
        }

        Add("_sum", histogram.SumSeconds, [label]);
        Add("_count", cumulated, [label]);
    }

    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var family in _families)
        {
            text.Append($"# HELP {family.Name} {family.Help.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)}\n");
            text.Append($"# TYPE {family.Name} {family.Type}\n");
            foreach (var sample in family.Samples) Line(text, family.Name, sample);
        }

        return text.ToString();
    }

    private void Add(string suffix, double value, ReadOnlySpan<(string Name, string Value)> labels) =>
        _families[^1].Samples.Add(new(suffix, value, labels.ToArray()));

    private static void Line(StringBuilder text, string family, in MetricSample sample)
    {
        text.Append(family).Append(sample.Suffix);
        for (var i = 0; i < sample.Labels.Length; i++)
            text.Append(i == 0 ? '{' : ',').Append(sample.Labels[i].Name).Append("=\"").Append(Escape(sample.Labels[i].Value)).Append('"');
        if (sample.Labels.Length > 0) text.Append('}');
        text.Append(' ').Append(Number(sample.Value)).Append('\n');
    }

    private static string Escape(string label) =>
        label.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}

/// <summary>All samples under one name.</summary>
internal sealed record MetricFamily(string Name, string Help, string Type)
{
    public List<MetricSample> Samples { get; } = [];
}

/// <summary>One number.</summary>
/// <param name="Suffix">Behind the family's name: the parts of a histogram.</param>
/// <param name="Value">The number.</param>
/// <param name="Labels">Whose it is.</param>
internal readonly record struct MetricSample(string Suffix, double Value, (string Name, string Value)[] Labels);
