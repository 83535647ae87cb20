using StepExport.Configuration;
using StepExport.Core.Delivery;
using StepExport.Kafka;
using StepExport.Kafka.Auth;

namespace StepExport.Sinks.Kafka;

/// <summary>Makes sinks of type <c>kafka</c>.</summary>
internal sealed class KafkaSinkFactory() : SinkFactory<KafkaSinkConfig>("kafka")
{
    public override void Validate(KafkaSinkConfig config, ConfigProblems problems)
    {
        if (config.InFlight != 1)
            problems.Add("inFlight", "must be 1: the client sends many requests at a time by itself, and two batches at once would mix up the order of a repository's records");
        if (config.Timeout.Value < KafkaSettings.ShortestTimeout)
            problems.Add("timeout", $"{config.Timeout} is too short for a cluster that elects a new leader; write at least {new Duration(KafkaSettings.ShortestTimeout)}");
        BootstrapServers.Validate(config.BootstrapServers, problems);
        TopicNames.Validate(config.Topic, config.AllowedTopics, problems);
        ValidateCompression(config, problems);
        if (config.MaxMessageBytes.Bytes > config.QueueMaxBytes.Bytes)
            problems.Add("queueMaxBytes", $"{config.QueueMaxBytes} does not hold the largest message, maxMessageBytes {config.MaxMessageBytes}; raise it");
        problems.AddIfBlank("clientId", config.ClientId);
        KafkaSecurity.Validate(config.BootstrapServers, config.Tls, config.Sasl, problems);
        foreach (var (key, value) in config.Librdkafka)
        {
            if (ProducerSettings.Others.Problem(key, value) is { } problem) problems.Add($"librdkafka.{key}", problem);
        }
    }

    public override ISink Create(string name, KafkaSinkConfig config, SinkContext context)
    {
        NativeHeap.KeepBetweenBatches();
        var logger = context.Loggers.CreateLogger($"kafka.{name}");
        var security = new KafkaSecurity(config.Tls, config.Sasl, context.Time, logger);
        var connection = new KafkaConnection(config, security, context.Metrics, new KafkaLog(logger, context.Time), context.Time);
        var messages = new MessageBuilder(config, config.ToRecordFormat());
        return new KafkaSink(connection, new TopicNames(config.Topic, config.AllowedTopics), messages, config.MaxMessageBytes.Bytes, context.Metrics);
    }

    private static void ValidateCompression(KafkaSinkConfig config, ConfigProblems problems)
    {
        if (config.CompressionLevel is not { } level) return;
        if (config.Compression is "none" or "snappy")
            problems.Add("compressionLevel", $"{config.Compression} has no levels; leave it out");
        else if (config.Compression == "gzip" && level > 9)
            problems.Add("compressionLevel", $"{level} is out of range for gzip; write a number from 1 to 9");
    }
}
