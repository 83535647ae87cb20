namespace StepExport.Configuration;

/// <summary>Metrics and traces for a collector of OpenTelemetry. /metrics is there in any case.</summary>
internal sealed record TelemetryConfig
{
    /// <summary>The collector; nothing is sent when left out.</summary>
    public OtlpConfig? Otlp { get; init; }
}

/// <summary>A collector that speaks OTLP.</summary>
internal sealed record OtlpConfig
{
    /// <summary>Its address: http://collector:4318 for http, to which /v1/metrics and /v1/traces are added; http://collector:4317 for grpc.</summary>
    public required string Endpoint { get; init; }

    /// <summary>How it is spoken to: http (protobuf in HTTP requests) or grpc.</summary>
    [OneOf("http", "grpc")]
    public string Protocol { get; init; } = "http";

    /// <summary>Headers of every request, e.g. Authorization. They are read again for every request.</summary>
    public IReadOnlyDictionary<string, Secret> Headers { get; init; } = new Dictionary<string, Secret>();

    /// <summary>Time between two sendings of all metrics, 1s to 1h.</summary>
    [DurationRange("1s", "1h")]
    public Duration Interval { get; init; } = new(TimeSpan.FromSeconds(60));

    /// <summary>A request without an answer is given up after this, 100ms to 1m; the next metrics bring everything again.</summary>
    [DurationRange("100ms", "1m")]
    public Duration Timeout { get; init; } = new(TimeSpan.FromSeconds(10));

    /// <summary>Whether metrics are sent: those of /metrics, with the same names.</summary>
    public bool Metrics { get; init; } = true;

    /// <summary>Whether traces are sent: a span for each batch sent, each submission and each poll.</summary>
    public bool Traces { get; init; } = true;

    /// <summary>Trust and client certificate for an https endpoint.</summary>
    public TlsConfig Tls { get; init; } = new();
}
