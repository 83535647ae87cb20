using Confluent.Kafka;
using StepExport.Core.Telemetry;
using StepExport.Kafka;
using StepExport.Kafka.Auth;

namespace StepExport.Sinks.Kafka;

/// <summary>Asks the brokers for their metadata. Writes nothing and creates no topic.</summary>
internal sealed class KafkaProbe(KafkaSinkConfig config, KafkaSecurity security, KafkaLog log)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);
    private readonly Lock _lock = new();
    private readonly Dictionary<string, string> _said = new(StringComparer.Ordinal);

    /// <param name="topic">The topic to find; null to look at the brokers alone.</param>
    /// <param name="cancellationToken">Leaves the question without an answer.</param>
    public Task<CheckResult> RunAsync(string? topic, CancellationToken cancellationToken) =>
        Task.Run(() => Ask(topic), CancellationToken.None).WaitAsync(cancellationToken);

    private CheckResult Ask(string? topic)
    {
        var patience = config.Timeout.Value < Longest ? config.Timeout.Value : Longest;
        try
        {
            using var client = Open();
            return topic is null
                ? Brokers(client.GetMetadata(patience))
                : Topic(topic, client.GetMetadata(topic, patience));
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
        var builder = new AdminClientBuilder(KafkaSettings.ForAsking(config, security))
            .SetErrorHandler((_, error) => Hear(error))
            .SetLogHandler((_, line) => log.Write(line));
        if (security.NeedsTokens) builder.SetOAuthBearerTokenRefreshHandler(security.RefreshToken);
        return builder.Build();
    }

    private static CheckResult Brokers(Metadata metadata) =>
        new(true, $"{Names(metadata)}: the brokers answer; the topics depend on the records and were not looked for.");

    private static CheckResult Topic(string name, Metadata metadata)
    {
        var brokers = Names(metadata);
        if (metadata.Topics.Find(t => t.Topic == name) is not { } topic) return new(false, $"{brokers}: no word on the topic {name}.");
        if (topic.Error.IsError) return new(false, $"{brokers}: {name}: {Describe(topic.Error)}.");
        var orphans = topic.Partitions.Count(p => p.Leader < 0);
        return orphans > 0
            ? new(false, FormattableString.Invariant($"{brokers}: {name}: {orphans} of {topic.Partitions.Count} partitions have no leader; are all brokers up?"))
            : new(true, FormattableString.Invariant($"{brokers}: {name} is there, {topic.Partitions.Count} partitions, all with a leader."));
    }

    private static string Names(Metadata metadata) =>
        metadata.Brokers.Count == 0 ? metadata.OriginatingBrokerName : string.Join(", ", metadata.Brokers.Select(b => $"{b.Host}:{b.Port}"));

    private static string Describe(Error error) => $"{KafkaErrors.Of(error.Code).Words} ({KafkaErrors.Name(error.Code)})";

    /// <summary>Nobody answered: what each broker last said explains it.</summary>
    private string NoAnswer(Error error)
    {
        lock (_lock)
        {
            var said = _said.Count == 0 ? Describe(error) : string.Join("; ", _said.Values);
            var trouble = security.Trouble is { } token ? $"{token}; {said}" : said;
            return $"{config.BootstrapServers}: no broker answers: {trouble}.";
        }
    }

    private void Hear(Error error)
    {
        log.Write(error);
        if (error.Code == ErrorCode.Local_AllBrokersDown) return;

        // "sasl_ssl://b1:9093/bootstrap: Connect to … failed: …": the broker's name comes first.
        var end = error.Reason.IndexOf(": ", StringComparison.Ordinal);
        var words = KafkaErrors.Of(error.Code).Verdict == KafkaVerdict.Operator ? $"{KafkaErrors.Of(error.Code).Words} ({error.Reason})" : error.Reason;
        lock (_lock) _said[end < 0 ? "" : error.Reason[..end]] = words;
    }
}
