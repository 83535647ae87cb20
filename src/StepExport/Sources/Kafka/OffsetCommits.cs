using Confluent.Kafka;

namespace StepExport.Sources.Kafka;

/// <summary>Tells the group how far the durable detections go. Belongs to the client's thread.</summary>
internal sealed class OffsetCommits(IConsumer<Ignore, int> consumer, ConsumerTroubles troubles, TimeProvider time)
{
    /// <summary>So much more may be read twice after a kill; and so many requests a second a busy replica makes at most.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private const int SaidFrom = 2;
    private long? _last;
    private int _failures;

    /// <summary>Commits what is durable, when the last time is long enough ago.</summary>
    public void CommitIfDue(IEnumerable<OwnedPartition> partitions)
    {
        if (_last is { } last && time.GetElapsedTime(last) < Interval) return;
        if (Commit(partitions)) _last = time.GetTimestamp();
    }

    /// <summary>Commits what is durable, and waits for the answer. What is refused is tried again with the next commit.</summary>
    /// <returns>False when there was nothing to commit.</returns>
    public bool Commit(IEnumerable<OwnedPartition> partitions)
    {
        List<OwnedPartition> moved = [.. partitions.Where(partition => partition.Durable > partition.Committed)];
        if (moved.Count == 0) return false;
        try
        {
            consumer.Commit(moved.Select(partition => new TopicPartitionOffset(partition.Partition, partition.Durable)));
            foreach (var partition in moved) partition.Committed = partition.Durable;
            _failures = 0;
            troubles.Commits(null);
        }
        catch (KafkaException e)
        {
            var error = e is TopicPartitionOffsetException { Results: var results } ? results.First(result => result.Error.IsError).Error : e.Error;
            troubles.Note(error);
            // The rebalance that is under way decides who goes on from where
            if (ConsumerErrors.FaultOf(error.Code) != ConsumerFault.Membership && ++_failures >= SaidFrom) troubles.Commits(error);
        }

        return true;
    }
}
