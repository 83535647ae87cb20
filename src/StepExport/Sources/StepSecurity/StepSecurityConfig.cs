using StepExport.Configuration;

namespace StepExport.Sources.StepSecurity;

/// <summary>Reads detections and threat-intelligence incidents from StepSecurity's API, again and again.</summary>
internal sealed record StepSecurityConfig : SourceConfig
{
    /// <summary>Address of the API.</summary>
    public string BaseUrl { get; init; } = "https://agent.api.stepsecurity.io";

    /// <summary>The tenant, as StepSecurity calls it: detections of all its organizations, with one request for all of them. Either
    /// customer or owners.</summary>
    public string? Customer { get; init; }

    /// <summary>GitHub organizations, each asked for by itself: for keys that see only some of a tenant. Either customer or owners.</summary>
    [NotEmpty]
    public IReadOnlyList<string>? Owners { get; init; }

    /// <summary>API key; a read-only one is enough. It is read again when the API refuses it, so a rotated file needs no restart.</summary>
    public required Secret ApiKey { get; init; }

    /// <summary>Which lists to read: new, suppressed, resolved. A detection that moves to another list is exported again as an update
    /// of the same finding.</summary>
    [NotEmpty, OneOf("new", "suppressed", "resolved")]
    public IReadOnlyList<string> States { get; init; } = ["new", "suppressed", "resolved"];

    /// <summary>Types of detection, one request for each of them and state. * stands for every type that this program knows and, where
    /// the API allows it, one more request for those that it does not know.</summary>
    [NotEmpty]
    public IReadOnlyList<string> Types { get; init; } = [FeedPlan.EveryType];

    /// <summary>Detections per request, 1 to 200.</summary>
    [NumberRange(1, 200)]
    public int PageSize { get; init; } = 200;

    /// <summary>Pause between two polls of a list, 1s to 1d.</summary>
    [DurationRange("1s", "1d")]
    public Duration PollInterval { get; init; } = new(TimeSpan.FromSeconds(60));

    /// <summary>A poll reads so far back behind the newest detection seen before, by detection time: what the API shows later than
    /// that is found by the sweep. 0s to 30d.</summary>
    [DurationRange("0s", "30d")]
    public Duration Overlap { get; init; } = new(TimeSpan.FromHours(1));

    /// <summary>A poll of the suppressed and resolved lists reads at least so far back from now: the state of a detection that is no
    /// older is noticed within pollInterval, of older ones by the sweep. 0s to 30d and at most sweepDepth.</summary>
    [DurationRange("0s", "30d")]
    public Duration StateOverlap { get; init; } = new(TimeSpan.FromHours(24));

    /// <summary>How often a poll reads on to sweepDepth, 1s to 7d: finds late detections and state changes of old ones.</summary>
    [DurationRange("1s", "7d")]
    public Duration SweepInterval { get; init; } = new(TimeSpan.FromHours(1));

    /// <summary>How far back from now a sweep reads, by detection time, 1h to 365d. Keep it below the window in which repeated
    /// detections are recognised, or they are exported again.</summary>
    [DurationRange("1h", "365d")]
    public Duration SweepDepth { get; init; } = new(TimeSpan.FromDays(7));

    public override (string Key, Duration Age)? Rereads => ("sweepDepth", SweepDepth);

    /// <summary>How far back from now the first run reads, by detection time, 1h to 3650d.</summary>
    [DurationRange("1h", "3650d")]
    public Duration Lookback { get; init; } = new(TimeSpan.FromDays(30));

    /// <summary>Requests at the same time, over all lists, 1 to 64.</summary>
    [NumberRange(1, 64)]
    public int Concurrency { get; init; } = 4;

    /// <summary>A request without a complete answer is given up and sent again after this, 100ms to 10m.</summary>
    [DurationRange("100ms", "10m")]
    public Duration Timeout { get; init; } = new(TimeSpan.FromSeconds(60));

    /// <summary>Longest time to set up a connection, TLS included; 10ms to 10m and at most timeout.</summary>
    [DurationRange("10ms", "10m")]
    public Duration ConnectTimeout { get; init; } = new(TimeSpan.FromSeconds(10));

    /// <summary>How long to wait between attempts; attempts never end.</summary>
    public RetryConfig Retry { get; init; } = new();

    /// <summary>Trust and client certificate.</summary>
    public TlsConfig Tls { get; init; } = new();

    /// <summary>HTTP proxy, e.g. http://proxy:3128; none = no proxy; the one in HTTPS_PROXY / HTTP_PROXY / NO_PROXY when left out.</summary>
    public string? Proxy { get; init; }

    /// <summary>User for the proxy; needs proxyPassword.</summary>
    public string? ProxyUser { get; init; }

    /// <summary>Password for the proxy. It is read again whenever the proxy asks for it.</summary>
    public Secret? ProxyPassword { get; init; }

    /// <summary>Incidents in package ecosystems that StepSecurity reports.</summary>
    public ThreatIntelligenceConfig ThreatIntelligence { get; init; } = new();

    public override string Origin => $"{BaseUrl} ({Customer ?? string.Join(", ", Owners ?? [])})";
}

/// <summary>Which threat-intelligence incidents are read: those of owners; of customer, all its organizations'.</summary>
internal sealed record ThreatIntelligenceConfig
{
    /// <summary>false reads none.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Pause between two readings, 1s to 1d.</summary>
    [DurationRange("1s", "1d")]
    public Duration PollInterval { get; init; } = new(TimeSpan.FromMinutes(10));
}
