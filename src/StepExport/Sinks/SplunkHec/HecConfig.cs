using StepExport.Configuration;
using StepExport.Core.Delivery;

namespace StepExport.Sinks.SplunkHec;

/// <summary>Sends findings to Splunk's HTTP Event Collector.</summary>
internal sealed record HecConfig : SinkConfig
{
    /// <summary>Addresses of the collectors, e.g. https://splunk.example.com:8088; the healthy ones of them take turns.</summary>
    [NotEmpty]
    public required IReadOnlyList<string> Endpoints { get; init; }

    public override string Destination => string.Join(", ", Endpoints);

    /// <summary>HEC token. It is read again when Splunk refuses it, so a rotated file or variable needs no restart.</summary>
    public required Secret Token { get; init; }

    /// <summary>Further tokens and the records that each of them takes. The first one whose where accepts a record wins; what none
    /// accepts goes out with token.</summary>
    [NotEmpty]
    public IReadOnlyList<HecTokenConfig>? Tokens { get; init; }

    /// <summary>Index to write to; the token's default index when left out. Like host, source and sourcetype it may hold {owner},
    /// {repo}, {type}, {severity}, {date}, {year}, {month}, {day} and {hour} of the event.</summary>
    public string? Index { get; init; }

    /// <summary>The only names that may come out of an index with placeholders; all others go to fallbackIndex.</summary>
    [NotEmpty]
    public IReadOnlyList<string>? AllowedIndexes { get; init; }

    /// <summary>Index for events whose index, out of placeholders, is not allowed or not known to Splunk; the token's default index
    /// when left out.</summary>
    public string? FallbackIndex { get; init; }

    /// <summary>Value of host; the repository (owner/repo) when left out, with collector raw what Splunk makes of it.</summary>
    public string? Host { get; init; }

    /// <summary>Value of source.</summary>
    public string Source { get; init; } = "stepsecurity:harden-runner";

    /// <summary>Value of sourcetype; stepsecurity:detection: and the format when left out, e.g. stepsecurity:detection:ocsf.</summary>
    public string? Sourcetype { get; init; }

    /// <summary>Which endpoint of the collector gets the findings: event (each in an envelope with its own time, metadata and indexed
    /// fields) or raw (one finding per line, everything else is up to props.conf).</summary>
    [OneOf("event", "raw")]
    public string Collector { get; init; } = "event";

    /// <summary>Indexer acknowledgement. off: an event counts as delivered when Splunk answers 200. auto: when its indexer has
    /// confirmed it, unless the token has acknowledgement disabled. required: when its indexer has confirmed it; a token without
    /// acknowledgement makes the sink unhealthy.</summary>
    [OneOf("off", "auto", "required")]
    public string Acknowledgement { get; init; } = "auto";

    /// <summary>A batch that the indexer has not confirmed by then is sent again, 1s to 1h.</summary>
    [DurationRange("1s", "1h")]
    public Duration AcknowledgementTimeout { get; init; } = new(TimeSpan.FromSeconds(300));

    /// <summary>Batches that are sent or wait for the indexer's confirmation, 1 to 1024; they stay in memory, so it costs up to
    /// this many times batch.maxBytes. Not used with acknowledgement off.</summary>
    [NumberRange(1, 1024)]
    public int AcknowledgementPending { get; init; } = 64;

    /// <summary>Requests at the same time that are always allowed; from there up to inFlight as far as Splunk keeps pace. 1 to 64
    /// and at most inFlight.</summary>
    [NumberRange(1, 64)]
    public int MinInFlight { get; init; } = 1;

    /// <summary>Compression of request bodies: gzip or none.</summary>
    [OneOf("gzip", "none")]
    public string Compression { get; init; } = "gzip";

    /// <summary>Longest time to set up a connection, TLS included; 10ms to 10m and at most timeout.</summary>
    [DurationRange("10ms", "10m")]
    public Duration ConnectTimeout { get; init; } = new(TimeSpan.FromSeconds(10));

    /// <summary>HTTP proxy, e.g. http://proxy:3128; none = no proxy; the one in HTTPS_PROXY / HTTP_PROXY / NO_PROXY when left out.</summary>
    public string? Proxy { get; init; }

    /// <summary>User for the proxy; needs proxyPassword.</summary>
    public string? ProxyUser { get; init; }

    /// <summary>Password for the proxy. It is read again whenever the proxy asks for it.</summary>
    public Secret? ProxyPassword { get; init; }

    /// <summary>Trust and client certificate for https endpoints.</summary>
    public TlsConfig Tls { get; init; } = new();

    /// <remarks>Every step inside the sink has its own time-out: the turn (behind all others, one at a time), the request, the
    /// acknowledgement. The runner's is their sum, so that it only ends what hangs against all rules.</remarks>
    public override SinkSettings Adapt(SinkSettings common)
    {
        var isOff = Acknowledgement == "off";
        var senders = isOff ? InFlight : AcknowledgementPending;
        var acknowledgement = isOff ? TimeSpan.Zero : AcknowledgementTimeout.Value;
        var parts = Collector == "raw" ? SplitBatch.MostParts : Math.Min(1 + (Tokens?.Count ?? 0), SplitBatch.MostParts);
        return common with { InFlight = senders, Timeout = (Timeout.Value * ((senders * parts) + 1)) + acknowledgement };
    }
}
