using System.Text.Json.Serialization;
using StepExport.Core.Delivery;
using StepExport.Core.Formats;
using StepExport.Core.Journal;
using StepExport.Core.Ocsf;

namespace StepExport.Configuration;

/// <summary>What every sink can be told.</summary>
internal abstract record SinkConfig
{
    /// <summary>Kind of sink.</summary>
    public required string Type { get; init; }

    /// <summary>Where the records go, for a person: an address, a file.</summary>
    [JsonIgnore]
    public virtual string Destination => Type;

    /// <summary>The file that the sink writes on this machine; null when it writes none.</summary>
    [JsonIgnore]
    public virtual string? OutputFile => null;

    /// <summary>Where the sink begins at its first start, when no cursor is kept under its name: oldest = with everything that the
    /// journal still holds; now = with what comes after. Later it goes on where it was, whatever this says.</summary>
    public StartFrom From { get; init; } = StartFrom.Oldest;

    /// <summary>Which records the sink wants; all when left out.</summary>
    public WhereConfig Where { get; init; } = new();

    /// <summary>When a batch is closed.</summary>
    public BatchConfig Batch { get; init; } = new();

    /// <summary>The limits of a batch that the configuration leaves open.</summary>
    [JsonIgnore]
    public virtual BatchDefaults BatchDefaults => new();

    /// <summary>A request without an answer is given up and sent again after this, 100ms to 1h.</summary>
    [DurationRange("100ms", "1h")]
    public Duration Timeout { get; init; } = new(TimeSpan.FromSeconds(30));

    /// <summary>Batches sent at the same time, 1 to 64.</summary>
    [NumberRange(1, 64)]
    public int InFlight { get; init; } = 4;

    /// <summary>How long to wait between attempts; attempts never end.</summary>
    public RetryConfig Retry { get; init; } = new();

    /// <summary>What is emitted of a finding: ocsf; ecs (Elastic Common Schema 8.17); cim (flat, with the field names of Splunk's Common
    /// Information Model); raw (the detection as received, redacted and on one line; needs normalization.includeRaw).</summary>
    [OneOf(OutputFormats.Ocsf, OutputFormats.Ecs, OutputFormats.Cim, OutputFormats.Raw)]
    public virtual string Format { get; init; } = OutputFormats.Ocsf;

    /// <summary>Schema version of format ocsf: 1.8.0, 1.6.0, 1.5.0, 1.3.0 or 1.1.0.</summary>
    [OcsfVersionName]
    public string OcsfVersion { get; init; } = OcsfVersions.Default;

    /// <summary>Fits the runner's settings to what this kind of sink does inside one send.</summary>
    /// <param name="common">As this section says.</param>
    public virtual SinkSettings Adapt(SinkSettings common) => common;
}

/// <summary>Which records a sink wants. Conditions are joined by "and".</summary>
internal sealed record WhereConfig
{
    /// <summary>Lowest severity: informational, low, medium, high, critical or fatal.</summary>
    [SeverityName]
    public string? MinSeverity { get; init; }

    /// <summary>Detection types, <c>*</c> matches any run of characters.</summary>
    [NotEmpty]
    public IReadOnlyList<string> Types { get; init; } = ["*"];

    /// <summary>Repositories as owner/repo, <c>*</c> matches any run of characters.</summary>
    [NotEmpty]
    public IReadOnlyList<string> Repos { get; init; } = ["*"];

    /// <summary>States of the finding: new, suppressed, resolved.</summary>
    [NotEmpty]
    [StateName]
    public IReadOnlyList<string> States { get; init; } = ["new", "suppressed", "resolved"];
}

/// <summary>A batch is closed by whichever limit is reached first.</summary>
internal sealed record BatchConfig
{
    /// <summary>Bytes. Where a batch is held in memory: of the records, before compression, 1KB to 64MB; by default 1MB, kafka 8MB.
    /// For s3: of the largest object of the batch as it is stored, 1KB to 5GB; by default 64MB.</summary>
    [SizeRange("1KB", "5GB")]
    public ByteSize? MaxBytes { get; init; }

    /// <summary>Records, 1 to 100000000; by default 1000, kafka 10000, s3 no limit.</summary>
    [NumberRange(1, 100_000_000)]
    public int? MaxEvents { get; init; }

    /// <summary>Age of the first record in the batch, 1ms to 24h; by default 1s, kafka 100ms, s3 5m.</summary>
    [DurationRange("1ms", "24h")]
    public Duration? MaxAge { get; init; }
}

/// <summary>A kind of sink's own limits of a batch.</summary>
internal sealed record BatchDefaults
{
    public long MaxBytes { get; init; } = 1_000_000;

    /// <summary>More than this nobody may ask for: a batch that is held in memory has to fit into it several times.</summary>
    public long LargestMaxBytes { get; init; } = 64_000_000;

    public int MaxEvents { get; init; } = 1000;

    public TimeSpan MaxAge { get; init; } = TimeSpan.FromSeconds(1);
}

/// <summary>Full-jitter back-off: the wait before attempt n is random between 0 and min(max, initial x 2^n).</summary>
internal sealed record RetryConfig
{
    /// <summary>Upper bound of the first wait, 1ms to 1h and at most max.</summary>
    [DurationRange("1ms", "1h")]
    public Duration Initial { get; init; } = new(TimeSpan.FromMilliseconds(500));

    /// <summary>Upper bound of any wait, 1ms to 1h.</summary>
    [DurationRange("1ms", "1h")]
    public Duration Max { get; init; } = new(TimeSpan.FromSeconds(60));
}

/// <summary>TLS towards a destination.</summary>
internal sealed record TlsConfig
{
    /// <summary>PEM file with the certification authorities to trust instead of the system's.</summary>
    public string? Ca { get; init; }

    /// <summary>PEM file with the client certificate (mTLS); needs key.</summary>
    public string? Cert { get; init; }

    /// <summary>PEM file with the client certificate's private key.</summary>
    public string? Key { get; init; }

    /// <summary>false accepts any certificate: for tests only, and warned about.</summary>
    public bool Verify { get; init; } = true;
}
