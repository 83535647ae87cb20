using System.Text;
using Confluent.Kafka;

namespace StepExport.Testing.Kafka;

/// <summary>Writes messages as other programs do.</summary>
internal sealed class KafkaWriter(string bootstrapServers, string compression = "none") : IDisposable
{
    private readonly IProducer<Null, byte[]?> _producer = new ProducerBuilder<Null, byte[]?>(new ProducerConfig
    {
        BootstrapServers = bootstrapServers,
        Acks = Acks.All,
        LingerMs = 1,
        CompressionType = Enum.Parse<CompressionType>(compression, ignoreCase: true),
        QueueBufferingMaxMessages = 1_000_000,
    }).SetLogHandler((_, _) => { }).Build();

    /// <summary>Hands a message to the client; null is a tombstone.</summary>
    public void Put(string topic, int partition, string? value) =>
        _producer.Produce(new TopicPartition(topic, partition), new() { Value = value is null ? null : Encoding.UTF8.GetBytes(value) });

    /// <summary>Waits until the brokers have everything.</summary>
    public void Flush() => _producer.Flush(TimeSpan.FromSeconds(30));

    public void Dispose()
    {
        Flush();
        _producer.Dispose();
    }
}
