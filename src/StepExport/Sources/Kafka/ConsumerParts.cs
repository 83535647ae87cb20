using Confluent.Kafka;
using StepExport.Core.Telemetry;

namespace StepExport.Sources.Kafka;

/// <summary>One client, and what belongs to it.</summary>
internal sealed class ConsumerParts : IDisposable
{
    private static readonly TimeSpan LookAtTopics = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LookPatience = TimeSpan.FromSeconds(2);
    private readonly SourceMetrics _metrics;
    private long _lookedAt;

    /// <exception cref="IOException">A secret or a file of the login cannot be read.</exception>
    /// <exception cref="InvalidOperationException">The client refuses the settings.</exception>
    public ConsumerParts(KafkaSourceSetup setup, Intake intake)
    {
        var (name, config, context, security, health, log, logger) = setup;
        (_metrics, Time, _lookedAt) = (context.Metrics, context.Time, context.Time.GetTimestamp());
        Troubles = new(config.BootstrapServers, health, security, log);
        var builder = new ConsumerBuilder<Ignore, int>(ConsumerSettings.ForConsumer(config, context.Once, security))
            .SetValueDeserializer(intake)
            .SetErrorHandler((_, error) => Troubles.Hear(error))
            .SetLogHandler((_, line) => log.Write(line))
            .SetStatisticsHandler((_, json) => Look(json))
            .SetPartitionsAssignedHandler((consumer, partitions) => Assignment!.Assigned(consumer, partitions))
            .SetPartitionsRevokedHandler((consumer, partitions) => Assignment!.Revoked(consumer, partitions))
            .SetPartitionsLostHandler((consumer, partitions) => Assignment!.Lost(consumer, partitions));
        if (security.NeedsTokens) builder.SetOAuthBearerTokenRefreshHandler(security.RefreshToken);
        Consumer = builder.Build();
        Commits = new(Consumer, Troubles, Time);
        Losses = new(Consumer, name, health, Time, logger);
        Assignment = new(new StartOffsets(config, context.Once, name, logger), intake, Commits, Troubles, name, logger);
    }

    public IConsumer<Ignore, int> Consumer { get; }

    public ConsumerTroubles Troubles { get; }

    public OffsetCommits Commits { get; }

    public RetentionLoss Losses { get; }

    public Assignment Assignment { get; }

    public TimeProvider Time { get; }

    public void Dispose()
    {
        Consumer.Dispose();
        Assignment.LeaveAll();
        _metrics.Gauges = [];
    }

    /// <summary>Statistics come in the middle of a poll.</summary>
    private void Look(string json)
    {
        var statistics = ConsumerStatistics.Read(json);
        Troubles.Look(statistics.BrokersUp);
        _metrics.Gauges =
        [
            .. statistics.Gauges,
            new("kafka_assigned_partitions", "Partitions that this replica reads.", Assignment.Partitions.Count),
            new("kafka_lost_messages_total", "Messages that the topic's retention deleted before they were read, since the client was made.", Losses.Lost),
        ];
        if (Troubles.Topics.Count > 0 && Time.GetElapsedTime(_lookedAt) >= LookAtTopics) LookForTopics();
    }

    /// <summary>The client says once that a topic cannot be read, and not when it can be again.</summary>
    private void LookForTopics()
    {
        _lookedAt = Time.GetTimestamp();
        using var client = new DependentAdminClientBuilder(Consumer.Handle).Build();
        foreach (var name in Troubles.Topics.ToList())
        {
            try
            {
                var topic = client.GetMetadata(name, LookPatience).Topics.Find(t => t.Topic == name);
                if (topic is { Error.IsError: false }) Troubles.TopicIsWell(name);
                else if (topic is not null) Troubles.TopicAils(name, topic.Error);
            }
            catch (KafkaException e)
            {
                Troubles.Hear(e.Error);
            }
        }
    }
}
