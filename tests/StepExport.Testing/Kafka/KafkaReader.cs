using System.Text;
using Confluent.Kafka;

namespace StepExport.Testing.Kafka;

/// <summary>A message as it lies in a topic.</summary>
internal sealed record KafkaMessage(string Topic, int Partition, long Offset, byte[]? Key, IReadOnlyDictionary<string, string> Headers, byte[] Value)
{
    public string? KeyText => Key is null ? null : Encoding.UTF8.GetString(Key);

    public string Uid => Headers["event-uid"];
}

/// <summary>Reads a topic from its beginning to its end, without a group.</summary>
internal static class KafkaReader
{
    private static readonly TimeSpan TooLong = Hangs.After;

    /// <summary>Every message, partition by partition in the order of their offsets.</summary>
    public static IReadOnlyList<KafkaMessage> Read(string bootstrapServers, string topic)
    {
        var messages = new List<KafkaMessage>();
        Read(bootstrapServers, topic, messages.Add, end: true, CancellationToken.None);
        return [.. messages.OrderBy(m => m.Partition).ThenBy(m => m.Offset)];
    }

    /// <summary>Hands over every message as it comes, until cancelled.</summary>
    public static void Follow(string bootstrapServers, string topic, Action<KafkaMessage> take, CancellationToken stop) =>
        Read(bootstrapServers, topic, take, end: false, stop);

    /// <summary>Every topic there is.</summary>
    public static IReadOnlyList<string> Topics(string bootstrapServers)
    {
        using var client = Administer(bootstrapServers);
        return [.. client.GetMetadata(TooLong).Topics.Select(t => t.Topic)];
    }

    private static void Read(string bootstrapServers, string topic, Action<KafkaMessage> take, bool end, CancellationToken stop)
    {
        using var consumer = Open(bootstrapServers);
        var partitions = Partitions(bootstrapServers, topic);
        consumer.Assign(Enumerable.Range(0, partitions).Select(p => new TopicPartitionOffset(topic, p, Offset.Beginning)));
        for (var open = partitions; open > 0 && !stop.IsCancellationRequested;)
        {
            var result = consumer.Consume(end ? TooLong : TimeSpan.FromMilliseconds(50));
            if (result is null && end) throw new TimeoutException($"{topic} has no end");
            if (result is null) continue;
            if (!result.IsPartitionEOF) take(ToMessage(result));
            else if (end) open--;
        }
    }

    private static IConsumer<byte[]?, byte[]> Open(string bootstrapServers) =>
        new ConsumerBuilder<byte[]?, byte[]>(new ConsumerConfig
        {
            BootstrapServers = bootstrapServers,
            GroupId = "unused",
            EnableAutoCommit = false,
            EnablePartitionEof = true,
            FetchWaitMaxMs = 10,
            CheckCrcs = true,
        }).SetLogHandler((_, _) => { }).Build();

    private static int Partitions(string bootstrapServers, string topic)
    {
        using var client = Administer(bootstrapServers);
        return client.GetMetadata(topic, TooLong).Topics.Single(t => t.Topic == topic).Partitions.Count;
    }

    private static IAdminClient Administer(string bootstrapServers) =>
        new AdminClientBuilder(new AdminClientConfig { BootstrapServers = bootstrapServers }).SetLogHandler((_, _) => { }).Build();

    private static KafkaMessage ToMessage(ConsumeResult<byte[]?, byte[]> result) => new(
        result.Topic,
        result.Partition.Value,
        result.Offset.Value,
        result.Message.Key,
        result.Message.Headers.ToDictionary(h => h.Key, h => Encoding.UTF8.GetString(h.GetValueBytes())),
        result.Message.Value);
}
