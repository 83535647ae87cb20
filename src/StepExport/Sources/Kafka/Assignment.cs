using Confluent.Kafka;

namespace StepExport.Sources.Kafka;

/// <summary>The partitions that this replica has, as the group's rebalances give and take them. The client calls in the middle of a poll,
/// on the thread that polls.</summary>
internal sealed partial class Assignment(StartOffsets starts, Intake intake, OffsetCommits commits, ConsumerTroubles troubles, string source, ILogger logger)
{
    /// <summary>How long a rebalance waits for what was handed over to become durable. If it takes longer, the next owner reads it again.</summary>
    public static readonly TimeSpan RevokeLimit = TimeSpan.FromSeconds(5);

    private readonly Dictionary<TopicPartition, OwnedPartition> _owned = [];

    /// <summary>Rebalances so far in which partitions came or went.</summary>
    public int Changes { get; private set; }

    public IReadOnlyCollection<OwnedPartition> Partitions => _owned.Values;

    /// <summary>Null for a partition that another replica has.</summary>
    public OwnedPartition? Find(TopicPartition partition) => _owned.GetValueOrDefault(partition);

    /// <summary>Partitions come.</summary>
    /// <returns>Where to begin in each.</returns>
    public IEnumerable<TopicPartitionOffset> Assigned(IConsumer<Ignore, int> consumer, List<TopicPartition> partitions)
    {
        Changes++;
        troubles.GroupIsWell();
        var offsets = new List<TopicPartitionOffset>(partitions.Count);
        foreach (var (owned, start) in starts.Of(consumer, partitions))
        {
            _owned[owned.Partition] = owned;
            offsets.Add(new(owned.Partition, start));
        }

        if (partitions.Count > 0) Log.Assigned(logger, source, partitions.Count, _owned.Count);
        return offsets;
    }

    /// <summary>Partitions go to another replica, which goes on where this one has committed.</summary>
    public void Revoked(IConsumer<Ignore, int> consumer, List<TopicPartitionOffset> partitions)
    {
        var leaving = Leaving(partitions);
        // What is not handed over yet is the next owner's
        intake.Filling.Forget(leaving);
        var inTime = intake.Wait(RevokeLimit);
        if (inTime) intake.Collect();
        if (!troubles.IsCutOff) commits.Commit(leaving);
        Leave(leaving);
        if (inTime) Log.Revoked(logger, source, leaving.Count, _owned.Count);
        else Log.RevokedEarly(logger, source, leaving.Count, RevokeLimit.TotalSeconds, intake.Obstacle ?? "the disk is slow");
    }

    /// <summary>The group has given the partitions to others already: whatever this replica said of them would not be heard.</summary>
    public void Lost(IConsumer<Ignore, int> consumer, List<TopicPartitionOffset> partitions)
    {
        var leaving = Leaving(partitions);
        intake.Filling.Forget(leaving);
        Leave(leaving);
        Log.Lost(logger, source, leaving.Count);
    }

    /// <summary>The client is gone, and all partitions with it.</summary>
    public void LeaveAll()
    {
        List<OwnedPartition> all = [.. _owned.Values];
        intake.Filling.Forget(all);
        Leave(all);
    }

    private HashSet<OwnedPartition> Leaving(List<TopicPartitionOffset> partitions) => [.. partitions.Select(p => Find(p.TopicPartition)).OfType<OwnedPartition>()];

    private void Leave(IReadOnlyCollection<OwnedPartition> partitions)
    {
        Changes++;
        foreach (var partition in partitions)
        {
            partition.Leave();
            _owned.Remove(partition.Partition);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 511, Level = LogLevel.Information, Message = "{Source}: {Count} partitions came; this replica has {All}")]
        public static partial void Assigned(ILogger logger, string source, int count, int all);

        [LoggerMessage(EventId = 512, Level = LogLevel.Information, Message = "{Source}: {Count} partitions go to other replicas, committed as far as they were read; this replica has {All}")]
        public static partial void Revoked(ILogger logger, string source, int count, int all);

        [LoggerMessage(EventId = 513, Level = LogLevel.Warning, Message = "{Source}: {Count} partitions go to other replicas before what was read of them was durable (waited {Seconds} s: {Reason}); they read it again")]
        public static partial void RevokedEarly(ILogger logger, string source, int count, double seconds, string reason);

        [LoggerMessage(EventId = 514, Level = LogLevel.Warning, Message = "{Source}: {Count} partitions were taken away, because this replica was not heard of for too long; others read again what was not committed")]
        public static partial void Lost(ILogger logger, string source, int count);
    }
}
