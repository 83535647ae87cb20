using System.Text.Json;
using StepExport.Core.Telemetry;

namespace StepExport.Sinks.Kafka;

/// <summary>Turns the client's statistics (STATISTICS.md of librdkafka) into gauges. Counters begin anew with every client.</summary>
internal static class KafkaStatistics
{
    /// <returns>Nothing when the text is not what it should be.</returns>
    public static IReadOnlyList<SinkGauge> Read(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            var gauges = new List<SinkGauge>
            {
                new("kafka_queue_records", "Records waiting inside the client.", Number(root, "msg_cnt")),
                new("kafka_queue_bytes", "Bytes of the records waiting inside the client.", Number(root, "msg_size")),
                new("kafka_transmitted_records_total", "Records sent to brokers since the client was made.", Number(root, "txmsgs")),
                new("kafka_transmitted_record_bytes_total", "Bytes of these records before compression.", Number(root, "txmsg_bytes")),
                new("kafka_transmitted_bytes_total", "Bytes sent to brokers, after compression.", Number(root, "tx_bytes")),
                new("kafka_requests_total", "Requests sent to brokers.", Number(root, "tx")),
            };
            foreach (var broker in root.GetProperty("brokers").EnumerateObject()) AddBroker(gauges, broker.Value);
            return gauges;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return [];
        }
    }

    private static void AddBroker(List<SinkGauge> gauges, JsonElement broker)
    {
        // The client's own bookkeeping, and the addresses that only served to find the brokers.
        if (broker.GetProperty("source").GetString() != "learned") return;
        var label = ("broker", $"{broker.GetProperty("nodeid").GetInt32()} {broker.GetProperty("nodename").GetString()}");
        var rtt = broker.TryGetProperty("rtt", out var window) ? Number(window, "avg") : 0;
        gauges.Add(new("kafka_broker_up", "1 while the connection to the broker is up.", broker.GetProperty("state").ValueEquals("UP"u8) ? 1 : 0, label));
        gauges.Add(new("kafka_broker_round_trip_seconds", "Mean round trip of the requests during the last interval.", rtt / 1e6, label));
        gauges.Add(new("kafka_broker_waiting_requests", "Requests waiting to be sent to the broker.", Number(broker, "outbuf_cnt"), label));
        gauges.Add(new("kafka_broker_unanswered_requests", "Requests waiting for the broker's answer.", Number(broker, "waitresp_cnt"), label));
        gauges.Add(new("kafka_broker_transmitted_bytes_total", "Bytes sent to the broker.", Number(broker, "txbytes"), label));
        gauges.Add(new("kafka_broker_request_retries_total", "Requests sent again.", Number(broker, "txretries"), label));
        gauges.Add(new("kafka_broker_request_errors_total", "Requests that could not be sent.", Number(broker, "txerrs"), label));
        gauges.Add(new("kafka_broker_request_timeouts_total", "Requests without an answer in time.", Number(broker, "req_timeouts"), label));
        gauges.Add(new("kafka_broker_disconnects_total", "Connections that ended.", Number(broker, "disconnects"), label));
    }

    private static double Number(JsonElement of, string name) => of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : 0;
}
