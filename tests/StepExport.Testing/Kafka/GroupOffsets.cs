using Confluent.Kafka;

namespace StepExport.Testing.Kafka;

/// <summary>Looks at a group's offsets and moves them, without joining it.</summary>
internal static class GroupOffsets
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>The committed offset of each partition; -1 where there is none.</summary>
    public static long[] Committed(string bootstrapServers, string group, string topic, int partitions)
    {
        using var client = Open(bootstrapServers, group);
        return [.. client.Committed(Enumerable.Range(0, partitions).Select(p => new TopicPartition(topic, p)), Patience)
            .OrderBy(o => o.Partition.Value).Select(o => Math.Max(-1, o.Offset.Value))];
    }

    public static void Commit(string bootstrapServers, string group, string topic, int partition, long offset)
    {
        using var client = Open(bootstrapServers, group);
        client.Commit([new(topic, partition, offset)]);
    }

    private static IConsumer<Ignore, Ignore> Open(string bootstrapServers, string group) =>
        new ConsumerBuilder<Ignore, Ignore>(new ConsumerConfig { BootstrapServers = bootstrapServers, GroupId = group, EnableAutoCommit = false })
            .SetLogHandler((_, _) => { }).Build();
}
