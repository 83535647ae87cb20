namespace StepExport.Configuration;

/// <summary>The program's own log.</summary>
internal sealed record LogConfig
{
    /// <summary>Lowest level that is written.</summary>
    public LogVerbosity Level { get; init; } = LogVerbosity.Information;

    /// <summary>Other lowest levels by category or its beginning, as the log itself names it: <c>StepExport.Core.Journal: debug</c>.</summary>
    public IReadOnlyDictionary<string, LogVerbosity> Overrides { get; init; } = new Dictionary<string, LogVerbosity>();

    /// <summary>What a line on standard error looks like: one JSON object, text for people, or auto: text on a terminal, else JSON.</summary>
    public LogFormat Format { get; init; } = LogFormat.Auto;

    /// <summary>A message that comes again within this time is counted instead of written, and the count is written at its end; 1s to 1h.
    /// 0s writes all of them.</summary>
    [DurationRange("1s", "1h", OrZero = true)]
    public Duration RepeatWindow { get; init; } = new(TimeSpan.FromSeconds(60));

    /// <summary>Where the log goes besides standard error.</summary>
    public SplunkLogConfig? Splunk { get; init; }
}

/// <summary>The program's own log in Splunk. It never holds the program up: what Splunk does not take is kept up to a bound, and
/// counted beyond it.</summary>
internal sealed record SplunkLogConfig
{
    /// <summary>Lowest level that is sent; not below the level of the log.</summary>
    public LogVerbosity Level { get; init; } = LogVerbosity.Warning;

    /// <summary>Addresses of the collectors, e.g. https://splunk.example.com:8088; the healthy ones of them take turns.</summary>
    [NotEmpty]
    public required IReadOnlyList<string> Endpoints { get; init; }

    /// <summary>HEC token. It is read again when Splunk refuses it.</summary>
    public required Secret Token { get; init; }

    /// <summary>Index to write to; the token's default index when left out.</summary>
    public string? Index { get; init; }

    /// <summary>Value of host; the machine's name when left out.</summary>
    public string? Host { get; init; }

    /// <summary>Value of source.</summary>
    public string Source { get; init; } = "stepexport";

    /// <summary>Value of sourcetype.</summary>
    public string Sourcetype { get; init; } = "stepsecurity:stepexport:log";

    /// <summary>A request without an answer is given up and sent again after this, 100ms to 10m.</summary>
    [DurationRange("100ms", "10m")]
    public Duration Timeout { get; init; } = new(TimeSpan.FromSeconds(30));

    /// <summary>HTTP proxy, e.g. http://proxy:3128; none = no proxy; the one in HTTPS_PROXY / HTTP_PROXY / NO_PROXY when left out.</summary>
    public string? Proxy { get; init; }

    /// <summary>User for the proxy; needs proxyPassword.</summary>
    public string? ProxyUser { get; init; }

    /// <summary>Password for the proxy. It is read again whenever the proxy asks for it.</summary>
    public Secret? ProxyPassword { get; init; }

    /// <summary>Trust and client certificate for https endpoints.</summary>
    public TlsConfig Tls { get; init; } = new();
}

/// <summary>Levels of the program's own log.</summary>
internal enum LogVerbosity
{
    Debug,
    Information,
    Warning,
    Error,
}

/// <summary>Shapes of a line of the program's own log.</summary>
internal enum LogFormat
{
    Auto,
    Json,
    Text,
}
