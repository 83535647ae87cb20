using Confluent.Kafka;
using Confluent.Kafka.Admin;
using StepExport.Core.Telemetry;
using StepExport.Kafka;
using StepExport.Kafka.Auth;

namespace StepExport.Sources.Kafka;

/// <summary>Asks the brokers for the topics, and the group's coordinator for the offsets. Joins nothing and moves nothing.</summary>
internal sealed class ConsumerProbe(KafkaSourceConfig config, KafkaSecurity security, KafkaLog log)
{
    /// <summary>Of each of the two questions; less than half of what <c>check</c> grants, so that the reason is said and not "no answer".</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);
    private readonly Lock _lock = new();
    private Error? _said;

    public Task<CheckResult> RunAsync(CancellationToken cancellationToken) =>
        Task.Run(Ask, CancellationToken.None).WaitAsync(cancellationToken);

    private CheckResult Ask()
    {
        try
        {
            using var client = Open();
            var found = new List<TopicPartition>();
            List<string> names = [.. config.Topics.Where(topic => !topic.StartsWith('^'))];
            foreach (var name in names)
            {
                if (Look(client, name, found) is { } problem) return new(false, $"{config.BootstrapServers}: {name}: {problem}.");
            }

            if (names.Count == 0) _ = client.GetMetadata(Patience);
            return Group(client, found, patterns: config.Topics.Count - names.Count);
        }
        catch (KafkaException e)
        {
            return new(false, NoAnswer(e.Error));
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or ArgumentException)
        {
            return new(false, $"{config.BootstrapServers}: {e.Message}");
        }
    }

    private IAdminClient Open()
    {
        var builder = new AdminClientBuilder(ConsumerSettings.ForAsking(config, security))
            .SetErrorHandler((_, error) => Hear(error))
            .SetLogHandler((_, line) => log.Write(line));
        if (security.NeedsTokens) builder.SetOAuthBearerTokenRefreshHandler(security.RefreshToken);
        return builder.Build();
    }

    /// <returns>What is wrong with the topic, or null.</returns>
    private static string? Look(IAdminClient client, string name, List<TopicPartition> found)
    {
        if (client.GetMetadata(name, Patience).Topics.Find(t => t.Topic == name) is not { } topic) return "no word on the topic";
        if (topic.Error.IsError) return ConsumerErrors.Describe(topic.Error);
        found.AddRange(topic.Partitions.Select(p => new TopicPartition(name, p.PartitionId)));
        var orphans = topic.Partitions.Count(p => p.Leader < 0);
        return orphans > 0 ? FormattableString.Invariant($"{orphans} of {topic.Partitions.Count} partitions have no leader; are all brokers up?") : null;
    }

    private CheckResult Group(IAdminClient client, List<TopicPartition> partitions, int patterns)
    {
        // Patterns alone name no partition: then all offsets of the group are asked for
        var asked = new ConsumerGroupTopicPartitions(config.GroupId, partitions.Count > 0 ? partitions : null);
        try
        {
            var offsets = client.ListConsumerGroupOffsetsAsync([asked], new() { RequestTimeout = Patience }).GetAwaiter().GetResult();
            var known = offsets[0].Partitions.Count(offset => offset.Offset.Value >= 0);
            var unread = patterns == 0 ? "" : "; topics behind a regular expression were not looked for";
            return new(true, FormattableString.Invariant(
                $"{config.BootstrapServers}: {partitions.Count} partitions; the group {config.GroupId} has offsets in {known} of them{unread}."));
        }
        catch (KafkaException e)
        {
            var error = e is ListConsumerGroupOffsetsException { Results: [var result, ..] }
                ? result.Partitions?.Select(p => p.Error).FirstOrDefault(p => p.IsError) ?? result.Error
                : e.Error;
            return new(false, $"{config.BootstrapServers}: the coordinator of the group {config.GroupId} does not answer as it should: {ConsumerErrors.Describe(error)}.");
        }
    }

    private string NoAnswer(Error error)
    {
        lock (_lock)
        {
            var words = ConsumerErrors.Describe(_said ?? error);
            return $"{config.BootstrapServers}: no broker answers: {(security.Trouble is { } token ? $"{token}; {words}" : words)}.";
        }
    }

    private void Hear(Error error)
    {
        log.Write(error);
        lock (_lock)
        {
            if (error.Code != ErrorCode.Local_AllBrokersDown) _said = error;
        }
    }
}
