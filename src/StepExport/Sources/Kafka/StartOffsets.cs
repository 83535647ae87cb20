using Confluent.Kafka;

namespace StepExport.Sources.Kafka;

/// <summary>Where reading begins in partitions that come: at the group's offset, or where the configuration says when there is none.
/// Asks the brokers, on the client's thread.</summary>
internal sealed partial class StartOffsets(KafkaSourceConfig config, bool once, string source, ILogger logger)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly WatermarkOffsets Unknown = new(Offset.Unset, Offset.Unset);

    public IEnumerable<(OwnedPartition Partition, Offset Start)> Of(IConsumer<Ignore, int> consumer, List<TopicPartition> partitions)
    {
        var committed = Committed(consumer, partitions);
        foreach (var partition in partitions)
        {
            // Not known: the client finds it by itself
            var start = committed.GetValueOrDefault(partition, Offset.Stored);
            var owned = new OwnedPartition(partition, start.Value >= 0 ? start.Value : -1);
            if (start == Offset.Unset) start = Begin(consumer, owned);
            if (once) SetEnd(consumer, owned);
            yield return (owned, start);
        }
    }

    private Dictionary<TopicPartition, Offset> Committed(IConsumer<Ignore, int> consumer, List<TopicPartition> partitions)
    {
        try
        {
            return partitions.Count == 0 ? [] : consumer.Committed(partitions, Patience).ToDictionary(p => p.TopicPartition, p => p.Offset);
        }
        catch (KafkaException e)
        {
            Log.Unknown(logger, source, e.Error.Reason);
            return [];
        }
    }

    private Offset Begin(IConsumer<Ignore, int> consumer, OwnedPartition partition)
    {
        if (config.StartFrom == KafkaStart.Earliest) return Offset.Beginning;
        var end = Watermarks(consumer, partition.Partition).High;
        if (end.Value < 0) return Offset.End;

        // Committed like an offset that was read to: whoever has the partition next does not pass over what came meanwhile
        (partition.Next, partition.Durable) = (end.Value, end.Value);
        return end;
    }

    private void SetEnd(IConsumer<Ignore, int> consumer, OwnedPartition partition)
    {
        var (low, high) = Watermarks(consumer, partition.Partition) is var w ? (w.Low.Value, w.High.Value) : default;
        if (high < 0) return;
        partition.End = high;
        partition.IsAtEnd = low == high || partition.Next >= high;
    }

    private WatermarkOffsets Watermarks(IConsumer<Ignore, int> consumer, TopicPartition partition)
    {
        try
        {
            return consumer.QueryWatermarkOffsets(partition, Patience);
        }
        catch (KafkaException e)
        {
            Log.Unknown(logger, source, e.Error.Reason);
            return Unknown;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 515, Level = LogLevel.Warning, Message = "{Source}: the brokers do not tell the offsets of partitions that came: {Reason}")]
        public static partial void Unknown(ILogger logger, string source, string reason);
    }
}
