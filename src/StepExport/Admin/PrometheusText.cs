using System.Globalization;
using System.Text;
using StepExport.Core.Telemetry;

namespace StepExport.Admin;

/// <summary>Writes metrics in Prometheus' text format 0.0.4: one family at a time, HELP and TYPE before its samples.</summary>
internal sealed class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";
    private readonly StringBuilder _text = new();
    private string _family = "";

    public void Counter(string family, string help) => Begin(family, help, "counter");

    public void Gauge(string family, string help) => Begin(family, help, "gauge");

    public void Histogram(string family, string help) => Begin(family, help, "histogram");

    /// <summary>One sample of the family begun last.</summary>
    public void Sample(double value, params ReadOnlySpan<(string Name, string Value)> labels) => Line("", value, labels);

    /// <summary>The buckets, sum and count of the histogram begun last; the format wants the buckets cumulated.</summary>
    public void Sample(DurationHistogram histogram, (string Name, string Value) label)
    {
        var cumulated = 0L;
        foreach (var (i, count) in histogram.Counts().Index())
        {
            cumulated += count;
            var bound = i < DurationHistogram.UpperBounds.Length ? Number(DurationHistogram.UpperBounds[i]) : "+Inf";
            Line("_bucket", cumulated, [label, ("le", bound)]);
        }

        Line("_sum", histogram.SumSeconds, [label]);
        Line("_count", cumulated, [label]);
    }

    public override string ToString() => _text.ToString();

    private void Begin(string family, string help, string type)
    {
        _family = family;
        _text.Append($"# HELP {family} {help.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)}\n");
        _text.Append($"# TYPE {family} {type}\n");
    }

    private void Line(string suffix, double value, ReadOnlySpan<(string Name, string Value)> labels)
    {
        _text.Append(_family).Append(suffix);
        for (var i = 0; i < labels.Length; i++)
            _text.Append(i == 0 ? '{' : ',').Append(labels[i].Name).Append("=\"").Append(Escape(labels[i].Value)).Append('"');
        if (labels.Length > 0) _text.Append('}');
        _text.Append(' ').Append(Number(value)).Append('\n');
    }

    private static string Escape(string label) =>
        label.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
