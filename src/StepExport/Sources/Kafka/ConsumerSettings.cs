using Confluent.Kafka;
using StepExport.Kafka;
using StepExport.Kafka.Auth;

namespace StepExport.Sources.Kafka;

/// <summary>The client's settings, from the source's.</summary>
internal static class ConsumerSettings
{
    private const string Component = "this source";

    /// <summary>What one broker may answer at a time, beside what waits already.</summary>
    private const int LargestFetch = 16_000_000;

    private const int SilenceMs = 10_000;

    private static readonly TimeSpan LongestHeartbeat = TimeSpan.FromSeconds(3);

    private static readonly Dictionary<string, string> Refused = new(StringComparer.Ordinal)
    {
        ["enable.auto.commit"] = Fixed("false, so that an offset is committed only when its detections are durable"),
        ["auto.commit.enable"] = Fixed("false, so that an offset is committed only when its detections are durable"),
        ["auto.commit.interval.ms"] = Fixed("without effect: offsets are committed when their detections are durable"),
        ["enable.auto.offset.store"] = Fixed("false, so that an offset is committed only when its detections are durable"),
        ["enable.partition.eof"] = Fixed("on for --once and off otherwise"),
        ["isolation.level"] = Fixed("read_committed, so that nothing is exported that its producer took back"),
        ["group.protocol"] = Fixed("classic, whose rebalances this source is tested with"),
        ["group.remote.assignor"] = Fixed("for the other group protocol"),
        ["allow.auto.create.topics"] = Fixed("false, so that a misspelt topic shows"),
        ["plugin.library.paths"] = "no foreign code is loaded into this program",
        ["enabled_events"] = "belongs to the program",
        ["log.queue"] = "belongs to the program",
        ["bootstrap.servers"] = Instead("bootstrapServers"),
        ["metadata.broker.list"] = Instead("bootstrapServers"),
        ["client.id"] = Instead("clientId"),
        ["group.id"] = Instead("groupId"),
        ["group.instance.id"] = Instead("groupInstanceId"),
        ["auto.offset.reset"] = Instead("startFrom"),
        ["session.timeout.ms"] = Instead("sessionTimeout"),
        ["max.poll.interval.ms"] = Instead("maxPollInterval"),
        ["partition.assignment.strategy"] = Instead("assignment"),
        ["queued.max.messages.kbytes"] = Instead("queueMaxBytes"),
        ["statistics.interval.ms"] = Instead("statisticsInterval"),
    };

    /// <summary>Which of librdkafka's settings the source takes under <c>librdkafka</c>.</summary>
    public static LibrdkafkaSetting Others { get; } = new(Component, Refused);

    /// <exception cref="IOException">A secret or a file of the login cannot be read.</exception>
    public static ConsumerConfig ForConsumer(KafkaSourceConfig config, bool once, KafkaSecurity security)
    {
        var session = config.SessionTimeout.Value;
        var settings = new ConsumerConfig
        {
            BootstrapServers = config.BootstrapServers,
            ClientId = config.ClientId,
            GroupId = config.GroupId,
            GroupInstanceId = config.GroupInstanceId,
            EnableAutoCommit = false,
            EnableAutoOffsetStore = false,
            EnablePartitionEof = once,
            IsolationLevel = IsolationLevel.ReadCommitted,
            AllowAutoCreateTopics = false,

            // Only for an offset that retention has deleted: where a new group begins is decided when partitions are assigned.
            AutoOffsetReset = AutoOffsetReset.Earliest,
            SessionTimeoutMs = (int)session.TotalMilliseconds,
            HeartbeatIntervalMs = (int)(session / 3 < LongestHeartbeat ? session / 3 : LongestHeartbeat).TotalMilliseconds,

            // A coordinator that has gone silent holds a commit, and with it the end of the program, for so long.
            SocketTimeoutMs = Math.Min((int)session.TotalMilliseconds, SilenceMs),
            MaxPollIntervalMs = (int)config.MaxPollInterval.Value.TotalMilliseconds,
            PartitionAssignmentStrategy = config.Assignment == KafkaAssignment.Range
                ? PartitionAssignmentStrategy.Range
                : PartitionAssignmentStrategy.CooperativeSticky,
            QueuedMaxMessagesKbytes = (int)(config.QueueMaxBytes.Bytes / 1000),
            FetchMaxBytes = (int)Math.Min(config.QueueMaxBytes.Bytes, LargestFetch),

            // A full queue is empty again within a fraction of the second that it would otherwise wait.
            FetchQueueBackoffMs = 20,
            StatisticsIntervalMs = (int)config.StatisticsInterval.Value.TotalMilliseconds,
            ConsumeResultFields = "topic",
            LogConnectionClose = false,
        };
        foreach (var (key, value) in config.Librdkafka) settings.Set(key, value);
        security.Apply(settings);
        return settings;
    }

    /// <summary>For asking, not for reading.</summary>
    /// <exception cref="IOException">A secret or a file of the login cannot be read.</exception>
    public static AdminClientConfig ForAsking(KafkaSourceConfig config, KafkaSecurity security)
    {
        var settings = new AdminClientConfig { BootstrapServers = config.BootstrapServers, ClientId = config.ClientId, AllowAutoCreateTopics = false };
        foreach (var (key, value) in config.Librdkafka) settings.Set(key, value);
        security.Apply(settings);
        return settings;
    }

    private static string Fixed(string reason) => LibrdkafkaSetting.Fixed(reason);

    private static string Instead(string ours) => LibrdkafkaSetting.Instead(ours, Component);
}
