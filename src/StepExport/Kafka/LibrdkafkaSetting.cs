using System.Runtime.InteropServices;
using System.Text;
using StepExport.Kafka.Auth;

namespace StepExport.Kafka;

/// <summary>Says whether a setting of librdkafka may be given, and asks librdkafka itself whether it knows it. No file, no network.</summary>
internal static partial class LibrdkafkaSetting
{
    private const int Ok = 0;
    private const int Unknown = -2;

    private static readonly Dictionary<string, string> Ours = new(StringComparer.Ordinal)
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

    static LibrdkafkaSetting() => NativeLibrdkafka.ResolveFor(typeof(LibrdkafkaSetting).Assembly);

    /// <summary>What is wrong with it and what to do, or null.</summary>
    public static string? Problem(string key, string value)
    {
        if (Ours.TryGetValue(key, out var reason)) return reason;
        if (KafkaSecurity.InsteadOf(key) is { } instead) return Instead(instead);
        if (key.StartsWith("test.", StringComparison.Ordinal)) return "is for tests of the client: records would go nowhere";
        return Refusal(key, value);
    }

    private static string Fixed(string reason) => $"cannot be changed: it is {reason}";

    private static string Instead(string ours) => $"write {ours} of this sink instead";

    private static string? Refusal(string key, string value)
    {
        var text = new byte[512];
        var settings = NewSettings();
        try
        {
            return Set(settings, key, value, text, (nuint)text.Length) switch
            {
                Ok => null,
                Unknown => $"librdkafka knows no setting '{key}'; its CONFIGURATION.md lists them",
                _ => Encoding.UTF8.GetString(text.AsSpan(0, text.AsSpan().IndexOf((byte)0))),
            };
        }
        finally
        {
            Destroy(settings);
        }
    }

    [LibraryImport(NativeLibrdkafka.Name, EntryPoint = "rd_kafka_conf_new")]
    private static partial nint NewSettings();

    [LibraryImport(NativeLibrdkafka.Name, EntryPoint = "rd_kafka_conf_set", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Set(nint settings, string name, string value, [In, Out] byte[] problem, nuint problemSize);

    [LibraryImport(NativeLibrdkafka.Name, EntryPoint = "rd_kafka_conf_destroy")]
    private static partial void Destroy(nint settings);
}
