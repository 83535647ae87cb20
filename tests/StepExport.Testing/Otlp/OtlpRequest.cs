namespace StepExport.Testing.Otlp;

/// <summary>What stands in one request to a collector.</summary>
internal sealed record OtlpRequest(IReadOnlyDictionary<string, string> Resource, IReadOnlyList<OtlpMetric> Metrics, IReadOnlyList<OtlpSpan> Spans)
{
    /// <param name="message">ExportMetricsServiceRequest or ExportTraceServiceRequest: they have the same outline.</param>
    /// <param name="isTraces">Which of them.</param>
    public static OtlpRequest Parse(ReadOnlySpan<byte> message, bool isTraces)
    {
        var (resource, metrics, spans) = (new Dictionary<string, string>(), new List<OtlpMetric>(), new List<OtlpSpan>());
        for (var request = new ProtoReader(message); request.Read();)
        {
            for (var ofResource = new ProtoReader(request.Bytes); ofResource.Read();)
            {
                if (ofResource.Field == 1) ReadAttributes(ofResource.Bytes, 1, resource);
                if (ofResource.Field != 2) continue;
                for (var ofScope = new ProtoReader(ofResource.Bytes); ofScope.Read();)
                {
                    if (ofScope.Field != 2) continue;
                    if (isTraces) spans.Add(OtlpSpan.Parse(ofScope.Bytes));
                    else metrics.Add(OtlpMetric.Parse(ofScope.Bytes));
                }
            }
        }

        return new(resource, metrics, spans);
    }

    /// <summary>Adds every KeyValue of a message that stands in this field.</summary>
    public static void ReadAttributes(ReadOnlySpan<byte> message, int field, Dictionary<string, string> to)
    {
        for (var reader = new ProtoReader(message); reader.Read();)
        {
            if (reader.Field != field) continue;
            var (key, value) = ("", "");
            for (var pair = new ProtoReader(reader.Bytes); pair.Read();)
            {
                if (pair.Field == 1) key = pair.Text;
                else value = AnyValue(pair.Bytes);
            }

            to.Add(key, value);
        }
    }

    private static string AnyValue(ReadOnlySpan<byte> message)
    {
        var reader = new ProtoReader(message);
        if (!reader.Read()) return "";
        return reader.Field switch
        {
            1 => reader.Text,
            2 => reader.Number == 0 ? "false" : "true",
            3 => FormattableString.Invariant($"{(long)reader.Number}"),
            4 => FormattableString.Invariant($"{reader.Double:R}"),
            _ => throw new InvalidDataException($"attribute of kind {reader.Field}"),
        };
    }
}
