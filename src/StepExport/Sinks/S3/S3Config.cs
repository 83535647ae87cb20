using StepExport.Aws;
using StepExport.Configuration;

namespace StepExport.Sinks.S3;

/// <summary>Writes findings as NDJSON objects to Amazon S3 or a store that speaks its protocol.</summary>
internal sealed record S3Config : SinkConfig, IS3StoreConfig
{
    /// <summary>A send carries a whole object, so it has more time than a request of other sinks.</summary>
    public S3Config() => (Timeout, InFlight) = (new(TimeSpan.FromMinutes(5)), 2);

    /// <summary>Bucket to write to; it has to exist. An access point's ARN will do.</summary>
    public required string Bucket { get; init; }

    public override string Destination => $"s3://{Bucket}/{Prefix}".TrimEnd('/');

    public override BatchDefaults BatchDefaults => new()
    {
        MaxBytes = 64_000_000,
        LargestMaxBytes = 5_000_000_000,
        MaxEvents = 100_000_000,
        MaxAge = TimeSpan.FromMinutes(5),
    };

    /// <summary>Region of the bucket, e.g. eu-west-1. Needed without endpoint; with one it only goes into the signature, by default us-east-1.</summary>
    public string? Region { get; init; }

    /// <summary>Address of an S3-compatible store or a VPC endpoint, e.g. https://minio.example.com:9000; Amazon's for the region when left out.</summary>
    public string? Endpoint { get; init; }

    /// <summary>true puts the bucket's name into the path instead of the host name; most stores other than Amazon's need it.</summary>
    public bool PathStyle { get; init; }

    /// <summary>Beginning of every key, without the slash at its end. May hold {owner} {repo} {type} {severity} {date} {hour} {year} {month} {day}; times are the finding's, UTC.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>Part of the key between prefix and name, with the same placeholders; every value of it has an object of its own, at most 64 per batch.</summary>
    public string Partition { get; init; } = "date={date}/hour={hour}";

    /// <summary>Compression of objects: gzip (their names end in .jsonl.gz) or none (.jsonl).</summary>
    [OneOf("gzip", "none")]
    public string Compression { get; init; } = "gzip";

    /// <summary>Objects larger than this are uploaded in parts of this size, 6MB to 5GB; larger parts where 10,000 would not do.</summary>
    [SizeRange("6MB", "5GB")]
    public ByteSize PartSize { get; init; } = new(8_000_000);

    /// <summary>true has the store refuse to overwrite (If-None-Match: *), which proves that nothing is written twice; false for stores that do not know this: the same object is then overwritten with the same bytes.</summary>
    public bool ConditionalWrites { get; init; } = true;

    /// <summary>Content-Type of objects; by default application/gzip, and application/x-ndjson when not compressed or when contentEncoding says so.</summary>
    public string? ContentType { get; init; }

    /// <summary>Content-Encoding of objects: none, or gzip, with which browsers and many HTTP libraries hand out the decompressed text under a name that ends in .gz.</summary>
    [OneOf("none", "gzip")]
    public string ContentEncoding { get; init; } = "none";

    /// <summary>Storage class, e.g. STANDARD_IA, INTELLIGENT_TIERING, GLACIER_IR; the bucket's default when left out.</summary>
    public string? StorageClass { get; init; }

    /// <summary>Canned ACL; only for buckets that still have ACLs.</summary>
    [OneOf("private", "public-read", "public-read-write", "authenticated-read", "aws-exec-read", "bucket-owner-read", "bucket-owner-full-control")]
    public string? Acl { get; init; }

    /// <summary>Tags of every object, at most 10; needs the permission s3:PutObjectTagging.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>User metadata of every object; names become x-amz-meta-….</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>Encryption at rest; the bucket's default when left out.</summary>
    public S3EncryptionConfig Sse { get; init; } = new();

    /// <summary>Checksum that the store verifies and keeps: crc32c or sha256; md5 (Content-MD5) for stores that know no other; none.</summary>
    [OneOf("crc32c", "sha256", "md5", "none")]
    public string Checksum { get; init; } = "crc32c";

    /// <summary>Whose name the requests are signed with; the SDK's default chain (environment, profile, container, instance) when left out.</summary>
    public AwsCredentialsConfig Credentials { get; init; } = new();

    /// <summary>Address of the token service for assumeRole and webIdentity; the region's when left out.</summary>
    public string? StsEndpoint { get; init; }

    /// <summary>Longest time to set up a connection, TLS included; 10ms to 10m and at most timeout.</summary>
    [DurationRange("10ms", "10m")]
    public Duration ConnectTimeout { get; init; } = new(TimeSpan.FromSeconds(10));

    /// <summary>HTTP proxy, e.g. http://proxy:3128; the one in HTTPS_PROXY / HTTP_PROXY / NO_PROXY when left out.</summary>
    public string? Proxy { get; init; }

    /// <summary>Trust and client certificate for https endpoints.</summary>
    public TlsConfig Tls { get; init; } = new();
}

/// <summary>Encryption at rest of the objects.</summary>
internal sealed record S3EncryptionConfig
{
    /// <summary>none leaves it to the bucket; aes256 is SSE-S3, kms is SSE-KMS.</summary>
    [OneOf("none", "aes256", "kms")]
    public string Type { get; init; } = "none";

    /// <summary>Id, alias or ARN of the KMS key; Amazon's key for S3 when left out. Only with type kms.</summary>
    public string? KmsKeyId { get; init; }

    /// <summary>true uses a key of the bucket, which makes fewer calls to KMS. Only with type kms.</summary>
    public bool? BucketKey { get; init; }
}
