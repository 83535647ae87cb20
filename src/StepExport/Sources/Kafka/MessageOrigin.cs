using Confluent.Kafka;

namespace StepExport.Sources.Kafka;

/// <summary>Where the message at hand was read from; becomes text only for a dead letter.</summary>
internal sealed class MessageOrigin
{
    private TopicPartition? _partition;
    private long _offset;

    public void Set(TopicPartition partition, long offset) => (_partition, _offset) = (partition, offset);

    /// <summary><c>topic[partition]@offset</c></summary>
    public override string ToString() => _partition is null ? "" : FormattableString.Invariant($"{_partition.Topic}[{_partition.Partition.Value}]@{_offset}");
}
