using Confluent.Kafka;
using StepExport.Kafka.Auth;

namespace StepExport.Sinks.Kafka;

/// <summary>The client's settings, from the sink's.</summary>
internal static class KafkaSettings
{
    public static readonly TimeSpan ShortestTimeout = TimeSpan.FromSeconds(2);

    /// <summary>The client looks for messages whose time is over once a second.</summary>
    private static readonly TimeSpan ClientsLook = TimeSpan.FromMilliseconds(1200);

    /// <exception cref="IOException">A secret or a file of the login cannot be read.</exception>
    public static ProducerConfig ForProducer(KafkaSinkConfig config, KafkaSecurity security)
    {
        var messageTimeout = MessageTimeout(config.Timeout);
        var settings = new ProducerConfig
        {
            BootstrapServers = config.BootstrapServers,
            ClientId = config.ClientId,
            Acks = Acks.All,
            EnableIdempotence = true,
            MaxInFlight = 5,
            MessageTimeoutMs = (int)messageTimeout.TotalMilliseconds,
            CompressionType = Enum.Parse<CompressionType>(config.Compression, ignoreCase: true),
            LingerMs = config.Linger.Value.TotalMilliseconds,
            BatchSize = (int)config.BatchSize.Bytes,
            MessageMaxBytes = (int)config.MaxMessageBytes.Bytes,
            QueueBufferingMaxKbytes = (int)(config.QueueMaxBytes.Bytes / 1000),
            QueueBufferingMaxMessages = config.QueueMaxMessages,
            Partitioner = Partitioner.Murmur2Random,
            StatisticsIntervalMs = (int)config.StatisticsInterval.Value.TotalMilliseconds,
            DeliveryReportFields = "none",
            CancellationDelayMaxMs = 50,
            LogConnectionClose = false,

            // Less than the message's time, so that "unknown topic" is said before "timed out".
            TopicMetadataPropagationMaxMs = (int)(messageTimeout / 2).TotalMilliseconds,
        };
        if ((config.CompressionLevel ?? (config.Compression == "zstd" ? 1 : null)) is { } level) settings.CompressionLevel = level;
        foreach (var (key, value) in config.Librdkafka) settings.Set(key, value);
        security.Apply(settings);
        return settings;
    }

    /// <summary>For asking, not for sending.</summary>
    /// <exception cref="IOException">A secret or a file of the login cannot be read.</exception>
    public static AdminClientConfig ForAsking(KafkaSinkConfig config, KafkaSecurity security)
    {
        var settings = new AdminClientConfig
        {
            BootstrapServers = config.BootstrapServers,
            ClientId = config.ClientId,
            AllowAutoCreateTopics = false,
        };
        foreach (var (key, value) in config.Librdkafka) settings.Set(key, value);
        security.Apply(settings);
        return settings;
    }

    /// <summary>A bit less than the sink's, so that the client gives up first and can say why.</summary>
    internal static TimeSpan MessageTimeout(TimeSpan timeout)
    {
        var earlier = Math.Clamp(timeout.TotalSeconds / 10, ClientsLook.TotalSeconds, 3);
        return timeout - TimeSpan.FromSeconds(Math.Min(earlier, timeout.TotalSeconds / 2));
    }
}
