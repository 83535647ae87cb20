namespace StepExport.Testing.Otlp;

/// <summary>One span of a request.</summary>
internal sealed record OtlpSpan(string Name, IReadOnlyDictionary<string, string> Attributes)
{
    public string TraceId { get; init; } = "";

    public string SpanId { get; init; } = "";

    /// <summary>Empty for the first of its trace.</summary>
    public string ParentId { get; init; } = "";

    /// <summary>1 internal, 3 client.</summary>
    public ulong Kind { get; init; }

    public TimeSpan Duration { get; init; }

    /// <summary>Why it failed; null when it did not.</summary>
    public string? Error { get; init; }

    /// <param name="message">Span.</param>
    public static OtlpSpan Parse(ReadOnlySpan<byte> message)
    {
        var attributes = new Dictionary<string, string>();
        OtlpRequest.ReadAttributes(message, 9, attributes);
        var (span, start) = (new OtlpSpan("", attributes), 0UL);
        for (var reader = new ProtoReader(message); reader.Read();)
        {
            if (reader.Field == 7) start = reader.Number;
            span = reader.Field switch
            {
                1 => span with { TraceId = Convert.ToHexStringLower(reader.Bytes) },
                2 => span with { SpanId = Convert.ToHexStringLower(reader.Bytes) },
                4 => span with { ParentId = Convert.ToHexStringLower(reader.Bytes) },
                5 => span with { Name = reader.Text },
                6 => span with { Kind = reader.Number },
                8 => span with { Duration = TimeSpan.FromTicks((long)(reader.Number - start) / 100) },
                15 => span with { Error = ErrorOf(reader.Bytes) },
                _ => span,
            };
        }

        return span;
    }

    private static string? ErrorOf(ReadOnlySpan<byte> status)
    {
        var (code, words) = (0UL, "");
        for (var reader = new ProtoReader(status); reader.Read();)
        {
            if (reader.Field == 2) words = reader.Text;
            if (reader.Field == 3) code = reader.Number;
        }

        const ulong Error = 2;
        return code == Error ? words : null;
    }
}
