using StepExport.Aws;
using StepExport.Configuration;

namespace StepExport.Sources.S3;

/// <summary>Reads detections from the objects of an S3 bucket, e.g. the one that StepSecurity fills: any shape, gzipped or not, any depth.</summary>
internal sealed record S3SourceConfig : SourceConfig, IS3StoreConfig
{
    /// <summary>Bucket to read from. An access point's ARN will do.</summary>
    public required string Bucket { get; init; }

    public override string Origin => $"s3://{Bucket}/{Prefix}".TrimEnd('/');

    /// <summary>Only keys that begin like this are read; all when left out. End it with a slash for a folder.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>Only keys that end like one of these are read.</summary>
    [NotEmpty]
    public IReadOnlyList<string> Suffixes { get; init; } = [".json", ".ndjson", ".jsonl", ".json.gz", ".ndjson.gz", ".jsonl.gz"];

    /// <summary>Region of the bucket, e.g. eu-west-1. Needed without endpoint; with one it only goes into the signature, by default us-east-1.</summary>
    public string? Region { get; init; }

    /// <summary>Address of an S3-compatible store or a VPC endpoint, e.g. https://minio.example.com:9000; Amazon's for the region when left out.</summary>
    public string? Endpoint { get; init; }

    /// <summary>true puts the bucket's name into the path instead of the host name; most stores other than Amazon's need it.</summary>
    public bool PathStyle { get; init; }

    /// <summary>How often to look for objects behind the last known key, 100ms to 1h; one request if there are none.</summary>
    [DurationRange("100ms", "1h")]
    public Duration PollInterval { get; init; } = new(TimeSpan.FromMinutes(1));

    /// <summary>How often to list everything again, 1s to 7d: finds keys that sort before the last known one, overwritten objects, and tries
    /// again what could not be read (that also sooner). One request per thousand objects.</summary>
    [DurationRange("1s", "7d")]
    public Duration RelistInterval { get; init; } = new(TimeSpan.FromHours(1));

    /// <summary>Queue that the bucket's events go to; objects are found by listing alone when left out.</summary>
    public NotificationsConfig? Notifications { get; init; }

    /// <summary>Objects that were last modified longer ago than this at the very first run are passed over, 1m to 3650d; none when left out.</summary>
    [DurationRange("1m", "3650d")]
    public Duration? Lookback { get; init; }

    /// <summary>Objects that are opened ahead of the one that is being read, 1 to 64; so latency does not count for each of many small ones.</summary>
    [NumberRange(1, 64)]
    public int Concurrency { get; init; } = 8;

    /// <summary>true pays for the requests where the bucket wants that from its readers.</summary>
    public bool RequesterPays { get; init; }

    /// <summary>Whose name the requests are signed with; the SDK's default chain (environment, profile, container, instance) when left out.</summary>
    public AwsCredentialsConfig Credentials { get; init; } = new();

    /// <summary>Address of the token service for assumeRole and webIdentity; the region's when left out.</summary>
    public string? StsEndpoint { get; init; }

    /// <summary>Longest time to set up a connection, TLS included; 10ms to 10m and at most timeout.</summary>
    [DurationRange("10ms", "10m")]
    public Duration ConnectTimeout { get; init; } = new(TimeSpan.FromSeconds(10));

    /// <summary>An answer that does not begin for so long, or stops in the middle for so long, is given up and asked for again, 100ms to 1h.</summary>
    [DurationRange("100ms", "1h")]
    public Duration Timeout { get; init; } = new(TimeSpan.FromSeconds(30));

    /// <summary>How long to wait between attempts; attempts never end.</summary>
    public RetryConfig Retry { get; init; } = new();

    /// <summary>HTTP proxy, e.g. http://proxy:3128; the one in HTTPS_PROXY / HTTP_PROXY / NO_PROXY when left out.</summary>
    public string? Proxy { get; init; }

    /// <summary>Trust and client certificate for https endpoints.</summary>
    public TlsConfig Tls { get; init; } = new();
}
