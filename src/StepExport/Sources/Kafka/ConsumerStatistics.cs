using System.Text.Json;
using StepExport.Core.Telemetry;

namespace StepExport.Sources.Kafka;

/// <summary>What the client's statistics (STATISTICS.md of librdkafka) say.</summary>
/// <param name="BrokersUp">Brokers with a connection.</param>
/// <param name="Gauges">Numbers for the metrics.</param>
internal sealed record ConsumerStatistics(int BrokersUp, IReadOnlyList<SourceGauge> Gauges)
{
    private static readonly ConsumerStatistics Nothing = new(0, []);

    /// <returns>Nothing when the text is not what it should be.</returns>
    public static ConsumerStatistics Read(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            var up = root.GetProperty("brokers").EnumerateObject().Count(b => IsUp(b.Value));
            List<SourceGauge> gauges =
            [
                new("kafka_queue_records", "Messages fetched ahead that wait inside the client.", root.GetProperty("replyq").GetDouble()),
                new("kafka_received_messages_total", "Messages fetched since the client was made.", root.GetProperty("rxmsgs").GetDouble()),
                new("kafka_received_bytes_total", "Bytes received from brokers, before decompression.", root.GetProperty("rx_bytes").GetDouble()),
                new("kafka_brokers_up", "Brokers with a connection that is up.", up),
            ];
            if (root.TryGetProperty("cgrp", out var group))
                gauges.Add(new("kafka_rebalances_total", "Rebalances of the group since the client was made.", group.GetProperty("rebalance_cnt").GetDouble()));
            foreach (var topic in root.GetProperty("topics").EnumerateObject())
                gauges.Add(new("kafka_lag_records", "Messages of this replica's partitions that the group has not committed yet.", Lag(topic.Value), ("topic", topic.Name)));
            return new(up, gauges);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return Nothing;
        }
    }

    /// <remarks>The others are the client's own bookkeeping, and the addresses that only served to find the brokers.</remarks>
    private static bool IsUp(JsonElement broker) => broker.GetProperty("source").ValueEquals("learned"u8) && broker.GetProperty("state").ValueEquals("UP"u8);

    /// <remarks>Below zero for a partition of another replica, or not known yet.</remarks>
    private static double Lag(JsonElement topic) =>
        topic.GetProperty("partitions").EnumerateObject().Sum(p => Math.Max(0, p.Value.GetProperty("consumer_lag").GetDouble()));
}
