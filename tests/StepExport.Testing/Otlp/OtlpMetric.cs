namespace StepExport.Testing.Otlp;

/// <summary>One metric of a request.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">For people.</param>
/// <param name="Kind">gauge, sum (monotonic and cumulative) or histogram (cumulative).</param>
/// <param name="Points">Its values.</param>
internal sealed record OtlpMetric(string Name, string Description, string Kind, IReadOnlyList<OtlpPoint> Points)
{
    private const ulong Cumulative = 2;

    /// <param name="message">Metric.</param>
    public static OtlpMetric Parse(ReadOnlySpan<byte> message)
    {
        var (name, description, kind, points) = ("", "", "", new List<OtlpPoint>());
        for (var metric = new ProtoReader(message); metric.Read();)
        {
            if (metric.Field == 1) name = metric.Text;
            if (metric.Field == 2) description = metric.Text;
            if (metric.Field is not (5 or 7 or 9)) continue;
            kind = metric.Field switch { 5 => "gauge", 7 => "sum", _ => "histogram" };
            var (temporality, monotonic) = (Cumulative, true);
            for (var data = new ProtoReader(metric.Bytes); data.Read();)
            {
                if (data.Field == 1) points.Add(OtlpPoint.Parse(data.Bytes, kind == "histogram"));
                if (data.Field == 2) temporality = data.Number;
                if (data.Field == 3) monotonic = data.Number == 1;
            }

            if (temporality != Cumulative || !monotonic) kind += FormattableString.Invariant($" (temporality {temporality}, monotonic {monotonic})");
        }

        return new(name, description, kind, points);
    }
}

/// <summary>One value and what it is about.</summary>
internal sealed record OtlpPoint(IReadOnlyDictionary<string, string> Attributes, double Value)
{
    /// <summary>Of a histogram: how many values it is made of.</summary>
    public ulong Count { get; init; }

    /// <summary>Of a histogram: how many in each bucket, not cumulated.</summary>
    public ulong[] Buckets { get; init; } = [];

    /// <summary>Of a histogram: upper bounds of the buckets.</summary>
    public double[] Bounds { get; init; } = [];

    /// <param name="message">NumberDataPoint or HistogramDataPoint, whose value is its sum.</param>
    /// <param name="isHistogram">Which of them.</param>
    public static OtlpPoint Parse(ReadOnlySpan<byte> message, bool isHistogram)
    {
        var attributes = new Dictionary<string, string>();
        OtlpRequest.ReadAttributes(message, isHistogram ? 9 : 7, attributes);
        var point = new OtlpPoint(attributes, 0);
        for (var reader = new ProtoReader(message); reader.Read();)
        {
            point = (isHistogram, reader.Field) switch
            {
                (false, 4) or (true, 5) => point with { Value = reader.Double },
                (false, 6) => point with { Value = (long)reader.Number },
                (true, 4) => point with { Count = reader.Number },
                (true, 6) => point with { Buckets = reader.Packed() },
                (true, 7) => point with { Bounds = Array.ConvertAll(reader.Packed(), BitConverter.UInt64BitsToDouble) },
                _ => point,
            };
        }

        return point;
    }
}
