using StepExport.Configuration;

namespace StepExport.Sinks.SplunkHec;

/// <summary>Sends findings to Splunk's HTTP Event Collector.</summary>
internal sealed record HecConfig : SinkConfig
{
    /// <summary>Addresses of the collector, e.g. https://splunk.example.com:8088. This version takes exactly one.</summary>
    [NotEmpty]
    public required IReadOnlyList<string> Endpoints { get; init; }

    public override string Destination => string.Join(", ", Endpoints);

    /// <summary>HEC token. It is read again when Splunk refuses it, so a rotated file or variable needs no restart.</summary>
    public required Secret Token { get; init; }

    /// <summary>Index to write to; the token's default index when left out.</summary>
    public string? Index { get; init; }

    /// <summary>Value of host for every event; the repository (owner/repo) when left out.</summary>
    public string? Host { get; init; }

    /// <summary>Value of source for every event.</summary>
    public string Source { get; init; } = "stepsecurity:harden-runner";

    /// <summary>Value of sourcetype for every event; select it in props.conf.</summary>
    public string Sourcetype { get; init; } = "stepsecurity:detection:ocsf";

    /// <summary>Indexer acknowledgement. Only off in this version: an event counts as delivered when Splunk answers 200.</summary>
    public string Acknowledgement { get; init; } = "off";

    /// <summary>Compression of request bodies: gzip or none.</summary>
    [OneOf("gzip", "none")]
    public string Compression { get; init; } = "gzip";

    /// <summary>Longest time to set up a connection, TLS included; 10ms to 10m and at most timeout.</summary>
    [DurationRange("10ms", "10m")]
    public Duration ConnectTimeout { get; init; } = new(TimeSpan.FromSeconds(10));

    /// <summary>HTTP proxy, e.g. http://proxy:3128; the one in HTTPS_PROXY / HTTP_PROXY / NO_PROXY when left out.</summary>
    public string? Proxy { get; init; }

    /// <summary>Trust and client certificate for https endpoints.</summary>
    public TlsConfig Tls { get; init; } = new();
}
