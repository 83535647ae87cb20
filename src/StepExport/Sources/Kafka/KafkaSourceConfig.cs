using StepExport.Configuration;
using StepExport.Kafka.Auth;

namespace StepExport.Sources.Kafka;

/// <summary>Reads raw detections from topics of Kafka as a member of a consumer group: any number of replicas share the partitions.
/// An offset is committed only after its detections are durable.</summary>
internal sealed record KafkaSourceConfig : SourceConfig
{
    /// <summary>Brokers to begin with, as host:port, separated by commas; the client learns of the others from them.</summary>
    public required string BootstrapServers { get; init; }

    public override string Origin => $"{string.Join(", ", Topics)} at {BootstrapServers}";

    /// <summary>Topics to read. One that begins with ^ is a regular expression over all topics of the cluster, e.g. ^detections\..*.</summary>
    [NotEmpty]
    public required IReadOnlyList<string> Topics { get; init; }

    /// <summary>The consumer group: replicas with the same one share the partitions, and its committed offsets are the position.</summary>
    public required string GroupId { get; init; }

    /// <summary>A name of this replica within the group that is the same after a restart, e.g. ${env:HOSTNAME} of a StatefulSet: its
    /// partitions then wait for it as long as sessionTimeout, and nobody else stops for the restart. Two replicas with one name throw
    /// each other out. Without it a replica leaves the group when it ends.</summary>
    public string? GroupInstanceId { get; init; }

    /// <summary>Where a group begins that has no committed offset: earliest (nothing is left out) or latest.</summary>
    [OneOf(KafkaStart.Earliest, KafkaStart.Latest)]
    public string StartFrom { get; init; } = KafkaStart.Earliest;

    /// <summary>How partitions are shared out: cooperative-sticky (those that do not move are read on meanwhile) or range. The same in
    /// every replica of the group.</summary>
    [OneOf(KafkaAssignment.CooperativeSticky, KafkaAssignment.Range)]
    public string Assignment { get; init; } = KafkaAssignment.CooperativeSticky;

    /// <summary>A replica that gives no sign of life for so long is taken for dead, and the others take over, 1s to 30m. The brokers allow
    /// 6s to 30m unless told otherwise. With groupInstanceId longer than a restart takes.</summary>
    [DurationRange("1s", "30m")]
    public Duration SessionTimeout { get; init; } = new(TimeSpan.FromSeconds(10));

    /// <summary>A replica whose process lives but does not ask for messages any more leaves the group after this, 10s to 24h. A full journal
    /// is no such case: the replica goes on asking.</summary>
    [DurationRange("10s", "24h")]
    public Duration MaxPollInterval { get; init; } = new(TimeSpan.FromMinutes(5));

    /// <summary>Bytes of messages that the client fetches ahead, 1MB to 1GB.</summary>
    [SizeRange("1MB", "1GB")]
    public ByteSize QueueMaxBytes { get; init; } = new(32_000_000);

    /// <summary>Name that this program shows to the brokers, in their logs and quotas.</summary>
    public string ClientId { get; init; } = "stepexport";

    /// <summary>How often the client's statistics (the group's lag) become metrics, 100ms to 24h.</summary>
    [DurationRange("100ms", "24h")]
    public Duration StatisticsInterval { get; init; } = new(TimeSpan.FromSeconds(10));

    /// <summary>How long to wait before a client that cannot go on is replaced; attempts never end.</summary>
    public RetryConfig Retry { get; init; } = new();

    /// <summary>TLS towards the brokers; <c>tls: {}</c> trusts the system's authorities. Without the section connections are plain text.</summary>
    public TlsConfig? Tls { get; init; }

    /// <summary>Login at the brokers.</summary>
    public KafkaSaslConfig? Sasl { get; init; }

    /// <summary>Any other setting of librdkafka by its own name, e.g. { client.rack: eu-west-1a }. Values are text.</summary>
    public IReadOnlyDictionary<string, string> Librdkafka { get; init; } = new Dictionary<string, string>();
}

/// <summary>The words of <see cref="KafkaSourceConfig.StartFrom"/>.</summary>
internal static class KafkaStart
{
    public const string Earliest = "earliest";
    public const string Latest = "latest";
}

/// <summary>The words of <see cref="KafkaSourceConfig.Assignment"/>.</summary>
internal static class KafkaAssignment
{
    public const string CooperativeSticky = "cooperative-sticky";
    public const string Range = "range";
}
