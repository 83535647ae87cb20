using Confluent.Kafka;

namespace StepExport.Sources.Kafka;

/// <summary>One partition from its assignment to its revocation; when it comes back it is another one. The offsets belong to the
/// client's thread.</summary>
internal sealed class OwnedPartition(TopicPartition partition, long next)
{
    private volatile bool _isGone;

    public TopicPartition Partition => partition;

    /// <summary>The partition has another owner: what of it is not processed yet is left to that one, and nothing is committed any more.</summary>
    public bool IsGone => _isGone;

    /// <summary>Offset behind the last message that was read; where reading begins, or -1 while that is not known.</summary>
    public long Next { get; set; } = next;

    /// <summary>Offset behind the last message whose detections are durable; -1 when there is none.</summary>
    public long Durable { get; set; } = -1;

    /// <summary>Offset that the group has; -1 when it has none.</summary>
    public long Committed { get; set; } = next;

    /// <summary>For <c>--once</c>: the offset at which it is read to its end.</summary>
    public long? End { get; set; }

    /// <summary>For <c>--once</c>.</summary>
    public bool IsAtEnd { get; set; }

    public void Leave() => _isGone = true;
}
