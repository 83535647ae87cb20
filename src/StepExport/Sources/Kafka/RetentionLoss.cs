using Confluent.Kafka;
using StepExport.Core.Telemetry;

namespace StepExport.Sources.Kafka;

/// <summary>Notices that messages were deleted by the topic's retention before they were read. Belongs to the client's thread.</summary>
/// <remarks>Offsets also jump over what a transaction or a compaction has left, so the brokers are asked where the partition begins; not
/// more than once a minute per partition, because in a compacted topic offsets jump all the time.</remarks>
internal sealed partial class RetentionLoss(IConsumer<Ignore, int> consumer, string source, JoinedHealth health, TimeProvider time, ILogger logger)
{
    private const string Part = "retention";
    private static readonly TimeSpan ShownFor = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private readonly Dictionary<TopicPartition, (long At, long Begins)> _asked = [];
    private long? _shownSince;

    /// <summary>Messages lost since this client was made.</summary>
    public long Lost { get; private set; }

    /// <summary>Looks at the offset of a message that follows upon <see cref="OwnedPartition.Next"/>.</summary>
    public void Look(OwnedPartition partition, long offset)
    {
        if (partition.Next < 0 || offset <= partition.Next) return;
        var begins = Math.Min(BeginOf(partition.Partition), offset);
        if (begins <= partition.Next) return;
        Lost += begins - partition.Next;
        _shownSince = time.GetTimestamp();
        Log.Deleted(logger, source, begins - partition.Next, partition.Partition.ToString(), partition.Next, begins);
        health.Set(Part, FormattableString.Invariant(
            $"{partition.Partition}: {begins - partition.Next} messages from offset {partition.Next} on were deleted by the topic's retention before they were read; read faster or keep them longer (said for 15 minutes)"));
    }

    /// <summary>Takes the loss out of the health when it has been there long enough to be seen.</summary>
    public void Forget()
    {
        if (_shownSince is not { } since || time.GetElapsedTime(since) < ShownFor) return;
        _shownSince = null;
        health.Set(Part, null);
    }

    private long BeginOf(TopicPartition partition)
    {
        if (_asked.TryGetValue(partition, out var asked) && time.GetElapsedTime(asked.At) < Interval) return asked.Begins;
        var begins = asked.Begins;
        try
        {
            begins = consumer.QueryWatermarkOffsets(partition, Patience).Low.Value;
        }
        catch (KafkaException e)
        {
            Log.Unknown(logger, source, partition.ToString(), e.Error.Reason);
        }

        _asked[partition] = (time.GetTimestamp(), begins);
        return begins;
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 521, Level = LogLevel.Error, Message = "{Source}: {Count} messages of {Partition}, offsets {From} to before {To}, were deleted by the topic's retention before they were read")]
        public static partial void Deleted(ILogger logger, string source, long count, string partition, long from, long to);

        [LoggerMessage(EventId = 522, Level = LogLevel.Warning, Message = "{Source}: offsets of {Partition} jump, and the brokers do not say whether something was deleted: {Reason}")]
        public static partial void Unknown(ILogger logger, string source, string partition, string reason);
    }
}
