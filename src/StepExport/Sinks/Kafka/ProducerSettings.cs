using StepExport.Kafka;

namespace StepExport.Sinks.Kafka;

/// <summary>Which of librdkafka's settings the sink takes under <c>librdkafka</c>.</summary>
internal static class ProducerSettings
{
    private const string Component = "this sink";

    private static readonly Dictionary<string, string> Refused = new(StringComparer.Ordinal)
    {
        ["acks"] = Fixed("all, so that a record counts as delivered only when every in-sync replica has it"),
        ["request.required.acks"] = Fixed("all, so that a record counts as delivered only when every in-sync replica has it"),
        ["enable.idempotence"] = Fixed("true, so that retries inside the client neither duplicate nor reorder"),
        ["max.in.flight"] = Fixed("5, the most that keeps the order"),
        ["max.in.flight.requests.per.connection"] = Fixed("5, the most that keeps the order"),
        ["retries"] = Fixed("as often as fit into timeout"),
        ["message.send.max.retries"] = Fixed("as often as fit into timeout"),
        ["queuing.strategy"] = Fixed("fifo, which keeps the order"),
        ["transactional.id"] = "this sink writes no transactions: a batch that comes again would not belong to the same one",
        ["transaction.timeout.ms"] = "this sink writes no transactions",
        ["enable.gapless.guarantee"] = "would make any failed record fatal to the client",
        ["delivery.report.only.error"] = "without reports nothing would count as delivered",
        ["plugin.library.paths"] = "no foreign code is loaded into this program",
        ["enabled_events"] = "belongs to the program",
        ["log.queue"] = "belongs to the program",
        ["message.timeout.ms"] = Instead("timeout"),
        ["delivery.timeout.ms"] = Instead("timeout"),
        ["bootstrap.servers"] = Instead("bootstrapServers"),
        ["metadata.broker.list"] = Instead("bootstrapServers"),
        ["client.id"] = Instead("clientId"),
        ["compression.codec"] = Instead("compression"),
        ["compression.type"] = Instead("compression"),
        ["compression.level"] = Instead("compressionLevel"),
        ["linger.ms"] = Instead("linger"),
        ["queue.buffering.max.ms"] = Instead("linger"),
        ["batch.size"] = Instead("batchSize"),
        ["message.max.bytes"] = Instead("maxMessageBytes"),
        ["queue.buffering.max.kbytes"] = Instead("queueMaxBytes"),
        ["queue.buffering.max.messages"] = Instead("queueMaxMessages"),
        ["statistics.interval.ms"] = Instead("statisticsInterval"),
    };

    public static LibrdkafkaSetting Others { get; } = new(Component, Refused);

    private static string Fixed(string reason) => LibrdkafkaSetting.Fixed(reason);

    private static string Instead(string ours) => LibrdkafkaSetting.Instead(ours, Component);
}
