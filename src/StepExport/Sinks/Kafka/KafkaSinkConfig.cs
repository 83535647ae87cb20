using StepExport.Configuration;
using StepExport.Kafka.Auth;

namespace StepExport.Sinks.Kafka;

/// <summary>Produces findings to Kafka: one message per finding, acknowledged by all in-sync replicas (acks=all, idempotent).</summary>
internal sealed record KafkaSinkConfig : SinkConfig
{
    /// <summary>One batch after the other: the client pipelines inside a batch, and the records of one repository stay in order.</summary>
    public KafkaSinkConfig() => InFlight = 1;

    /// <summary>Brokers to begin with, as host:port, separated by commas; the client learns of the others from them.</summary>
    public required string BootstrapServers { get; init; }

    public override string Destination => $"{Topic} at {BootstrapServers}";

    public override BatchDefaults BatchDefaults => new() { MaxBytes = 8_000_000, MaxEvents = 10_000, MaxAge = TimeSpan.FromMilliseconds(100) };

    /// <summary>Topic, fixed or with {owner}, {repo}, {type} or {severity} in it, e.g. security.{severity}. Characters that Kafka does not
    /// allow in a topic become _ in these values.</summary>
    public required string Topic { get; init; }

    /// <summary>Topics that may be written to, for a topic with values in it; <c>*</c> matches any run of characters. A record whose topic
    /// is none of them goes to the dead letters. Any topic when left out.</summary>
    [NotEmpty]
    public IReadOnlyList<string>? AllowedTopics { get; init; }

    /// <summary>The message's key, which chooses its partition and keeps equal keys in order: repository (owner/repo), owner, uid (the
    /// finding's) or none.</summary>
    [OneOf(KafkaKey.Repository, KafkaKey.Owner, KafkaKey.Uid, KafkaKey.None)]
    public string Key { get; init; } = KafkaKey.Repository;

    /// <summary>Compression of message sets: none, gzip, snappy, lz4 or zstd.</summary>
    [OneOf("none", "gzip", "snappy", "lz4", "zstd")]
    public string Compression { get; init; } = "zstd";

    /// <summary>The higher, the smaller and the slower: 1 to 9 for gzip, 1 to 12 for lz4 and zstd. By default 1 for zstd, else the codec's own.</summary>
    [NumberRange(1, 12)]
    public int? CompressionLevel { get; init; }

    /// <summary>How long a message set may wait for more messages, 0ms to 10s. The end of a batch does not wait.</summary>
    [DurationRange("0ms", "10s")]
    public Duration Linger { get; init; } = new(TimeSpan.FromMilliseconds(5));

    /// <summary>Bytes of a message set (one partition's share of a request) before compression, 1KB to 100MB. More than maxMessageBytes has no effect.</summary>
    [SizeRange("1KB", "100MB")]
    public ByteSize BatchSize { get; init; } = new(1_000_000);

    /// <summary>Largest message: key, value and headers; 1KB to 100MB. A larger record goes to the dead letters. Not more than the
    /// topic's max.message.bytes.</summary>
    [SizeRange("1KB", "100MB")]
    public ByteSize MaxMessageBytes { get; init; } = new(1_000_000);

    /// <summary>Bytes that wait inside the client at most, 1MB to 1GB; when it is full, the batch waits.</summary>
    [SizeRange("1MB", "1GB")]
    public ByteSize QueueMaxBytes { get; init; } = new(64_000_000);

    /// <summary>Messages that wait inside the client at most, 1 to 10000000; when it is full, the batch waits.</summary>
    [NumberRange(1, 10_000_000)]
    public int QueueMaxMessages { get; init; } = 100_000;

    /// <summary>Name that this program shows to the brokers, in their logs and quotas.</summary>
    public string ClientId { get; init; } = "stepexport";

    /// <summary>How often the client's statistics become metrics, 100ms to 24h.</summary>
    [DurationRange("100ms", "24h")]
    public Duration StatisticsInterval { get; init; } = new(TimeSpan.FromSeconds(10));

    /// <summary>TLS towards the brokers; <c>tls: {}</c> trusts the system's authorities. Without the section connections are plain text.</summary>
    public TlsConfig? Tls { get; init; }

    /// <summary>Login at the brokers.</summary>
    public KafkaSaslConfig? Sasl { get; init; }

    /// <summary>Any other setting of librdkafka by its own name, e.g. { socket.keepalive.enable: "true" }. Values are text.</summary>
    public IReadOnlyDictionary<string, string> Librdkafka { get; init; } = new Dictionary<string, string>();
}

/// <summary>The words of <see cref="KafkaSinkConfig.Key"/>.</summary>
internal static class KafkaKey
{
    public const string Repository = "repository";
    public const string Owner = "owner";
    public const string Uid = "uid";
    public const string None = "none";
}
