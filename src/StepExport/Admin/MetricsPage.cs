using System.Globalization;
using StepExport.Core.Telemetry;

namespace StepExport.Admin;

/// <summary><c>/metrics</c>: every number that the program keeps about itself.</summary>
internal static class MetricsPage
{
    public static string Of(StatusSource status) => Read(status).ToString();

    /// <summary>The same, family by family.</summary>
    public static PrometheusText Read(StatusSource status)
    {
        var text = new PrometheusText();
        text.Gauge("stepexport_build_info", "Always 1; the version is in the label.");
        text.Sample(1, ("version", status.Version));
        text.Gauge("stepexport_start_time_seconds", "When the program started, seconds since 1970.");
        text.Sample(status.Started.ToUnixTimeMilliseconds() / 1000.0);
        Reloads(text, status.Reloads);
        Journal(text, status);
        if (status.Dedupe is { } dedupe) Dedupe(text, status, dedupe());
        DeadLetters(text, status);
        Sources(text, status.Sources);
        Sinks(text, status);
        RemovedSinks(text, status.Journal().Removed);
        if (status.Checks is { } checks) ChecksMetrics.Write(text, status, checks());
        if (status.OwnLog is { } ownLog) OwnLog(text, ownLog());
        return text;
    }

    private static void OwnLog(PrometheusText text, in LogStatus log)
    {
        text.Counter("stepexport_log_lines_shipped_total", "Lines of the program's own log that Splunk has taken.");
        text.Sample(log.Shipped);
        text.Counter("stepexport_log_lines_lost_total", "Lines of the program's own log that Splunk did not take, beyond what is kept for it.");
        text.Sample(log.Lost);
    }

    private static void Journal(PrometheusText text, StatusSource status)
    {
        var journal = status.Journal();
        text.Gauge("stepexport_journal_bytes", "Bytes of the journal on disk.");
        text.Sample(journal.Bytes);
        text.Gauge("stepexport_journal_capacity_bytes", "Bytes of the journal at which intake waits.");
        text.Sample(journal.Capacity);
        text.Gauge("stepexport_journal_durable_sequence", "Sequence of the last record that is fsynced.");
        text.Sample(journal.DurableSequence);
        text.Counter("stepexport_journal_damages_total", "Damaged places in the journal that were passed over.");
        text.Sample(journal.Damages);
        text.Gauge("stepexport_journal_healthy", "1 while the journal takes records.");
        text.Sample(Bit(status.JournalHealth));
    }

    private static void Reloads(PrometheusText text, ReloadStatus reloads)
    {
        text.Counter("stepexport_config_reloads_total", "Reloads of the configuration, by what became of them.");
        text.Sample(reloads.Applied, ("result", "applied"));
        text.Sample(reloads.Unchanged, ("result", "unchanged"));
        text.Sample(reloads.Refused, ("result", "refused"));
        text.Gauge("stepexport_config_last_reload_successful", "0 when the last reload was refused: the program runs with another configuration than the file's.");
        text.Sample(reloads.Refusal is null ? 1 : 0);
        text.Gauge("stepexport_config_last_reload_timestamp_seconds", "When the last reload was, seconds since 1970; 0 while there was none.");
        text.Sample((reloads.At?.ToUnixTimeMilliseconds() ?? 0) / 1000.0);
    }

    private static void DeadLetters(PrometheusText text, StatusSource status)
    {
        var letters = status.DeadLetters();
        text.Gauge("stepexport_dead_letters", "Dead letters kept.");
        text.Sample(letters.Count);
        text.Gauge("stepexport_dead_letters_bytes", "Bytes of the dead letters kept.");
        text.Sample(letters.Bytes);
        foreach (var kind in (string[])["source", "sink"])
        {
            var own = letters.Components.Where(c => c.Kind == kind).ToArray();
            text.Gauge($"stepexport_{kind}_dead_letters", $"Dead letters kept of this {kind}.");
            foreach (var component in own) text.Sample(component.Count, (kind, component.Name));
            text.Gauge($"stepexport_{kind}_dead_letters_bytes", $"Bytes of the dead letters kept of this {kind}.");
            foreach (var component in own) text.Sample(component.Bytes, (kind, component.Name));
        }

        text.Gauge("stepexport_dead_letters_capacity", "Dead letters at which whoever has another one waits.");
        text.Sample(letters.MaxCount);
        text.Gauge("stepexport_dead_letters_capacity_bytes", "Bytes of dead letters at which whoever has another one waits.");
        text.Sample(letters.MaxBytes);
        text.Gauge("stepexport_dead_letters_used_ratio", "How near the dead letters are to the nearer of their two bounds; at 1 whoever has another one waits.");
        text.Sample(Math.Max((double)letters.Count / letters.MaxCount, (double)letters.Bytes / letters.MaxBytes));
        text.Gauge("stepexport_dead_letters_healthy", "0 while somebody waits for room.");
        text.Sample(Bit(status.DeadLetterHealth));
        text.Counter("stepexport_dead_letters_replayed_total", "Dead letters that a replay has brought to their new place.");
        text.Sample(letters.Replayed);
        text.Counter("stepexport_dead_letters_refused_again_total", "Dead letters that were replayed and refused again.");
        text.Sample(letters.RefusedAgain);
    }

    private static void Dedupe(PrometheusText text, StatusSource status, in DedupeStatus dedupe)
    {
        text.Gauge("stepexport_dedupe_keys", "Detections that are recognised when they come again.");
        text.Sample(dedupe.Keys);
        text.Gauge("stepexport_dedupe_reach_seconds", "How far back detections are recognised; less than dedupe.window when the program is younger, or dedupe.maxEntries too small.");
        text.Sample(status.DedupeReach.TotalSeconds);
        text.Gauge("stepexport_dedupe_healthy", "1 while what is known can be written down.");
        text.Sample(Bit(status.DedupeHealth));
    }

    private static void Sources(PrometheusText text, IReadOnlyList<SourceMetrics> sources)
    {
        void Each(Func<SourceMetrics, double> value)
        {
            foreach (var source in sources) text.Sample(value(source), ("source", source.Name));
        }

        text.Counter("stepexport_source_received_total", "Detections seen, good or bad.");
        Each(s => s.Received);
        text.Counter("stepexport_source_normalized_total", "Detections normalized, by type.");
        foreach (var source in sources)
            foreach (var (type, count) in source.NormalizedByType.OrderBy(t => t.Key, StringComparer.Ordinal))
                text.Sample(count, ("source", source.Name), ("type", type));
        text.Counter("stepexport_source_rejected_total", "Detections that went to the dead letters at intake.");
        Each(s => s.Rejected);
        text.Counter("stepexport_source_durable_total", "Records fsynced in the journal.");
        Each(s => s.Durable);
        text.Counter("stepexport_source_deduplicated_total", "Detections that were in the journal before, and were not taken again.");
        Each(s => s.Deduplicated);
        text.Counter("stepexport_source_redactions_total", "Credentials scrubbed from process arguments and URLs.");
        Each(s => s.Redactions);
        text.Counter("stepexport_source_requests_total", "Requests that senders were answered, by HTTP status; 499: the sender left before.");
        foreach (var source in sources)
            foreach (var (code, count) in source.RequestsByCode.OrderBy(c => c.Key))
                text.Sample(count, ("source", source.Name), ("code", code.ToString(CultureInfo.InvariantCulture)));
        text.Gauge("stepexport_source_healthy", "1 while the source does its work.");
        Each(s => Bit(s.Health));
        text.Histogram("stepexport_source_durable_latency_seconds", "From handing a submission to the journal until it is fsynced.");
        foreach (var source in sources) text.Sample(source.DurableLatency, ("source", source.Name));
        Gauges(text, "source", sources.SelectMany(source => source.Gauges.Select(g => new OwnGauge(source.Name, g.Name, g.Help, g.Value, g.Label))));
    }

    private static void Sinks(PrometheusText text, StatusSource status)
    {
        var journal = status.Journal();

        void Each(Func<SinkMetrics, double> value)
        {
            foreach (var sink in status.Sinks) text.Sample(value(sink), ("sink", sink.Name));
        }

        text.Counter("stepexport_sink_delivered_total", "Records that the destination has taken.");
        Each(s => s.Delivered);
        text.Counter("stepexport_sink_retried_total", "Records sent again.");
        Each(s => s.Retried);
        text.Counter("stepexport_sink_rejected_total", "Records dead-lettered because the destination will never take them.");
        Each(s => s.Rejected);
        text.Counter("stepexport_sink_filtered_total", "Records passed over by the sink's where.");
        Each(s => s.Filtered);
        text.Counter("stepexport_sink_requests_total", "Batches sent, whatever came of them.");
        Each(s => s.Requests);
        text.Counter("stepexport_sink_sent_bytes_total", "Bytes sent, after compression.");
        Each(s => s.BytesSent);
        text.Gauge("stepexport_sink_in_flight", "Batches being sent now.");
        Each(s => s.InFlight);
        text.Gauge("stepexport_sink_lag_records", "Durable records that the sink is not done with.");
        Each(s => StatusSource.Lag(s, journal));
        text.Gauge("stepexport_sink_oldest_undelivered_age_seconds", "Age of the oldest record that the sink is not done with; 0 when there is none.");
        Each(s => status.OldestUndeliveredAge(s).TotalSeconds);
        text.Gauge("stepexport_sink_healthy", "1 while the destination takes records.");
        Each(s => Bit(s.Health));
        text.Histogram("stepexport_sink_request_duration_seconds", "Duration of sends, whatever came of them.");
        foreach (var sink in status.Sinks) text.Sample(sink.RequestDuration, ("sink", sink.Name));
        Gauges(text, "sink", status.Sinks.SelectMany(sink => sink.Gauges.Select(g => new OwnGauge(sink.Name, g.Name, g.Help, g.Value, g.Label))));
    }

    private static void RemovedSinks(PrometheusText text, IReadOnlyList<RemovedSink> removed)
    {
        text.Gauge("stepexport_removed_sink_held_records", "Records that were not delivered to a sink that is not in the configuration any more, and are held for its return.");
        foreach (var sink in removed.Where(s => s.HeldUntil is not null)) text.Sample(sink.Undelivered, ("sink", sink.Sink));
        text.Gauge("stepexport_removed_sink_held_until_seconds", "When they are let go at the latest, seconds since 1970.");
        foreach (var sink in removed.Where(s => s.HeldUntil is not null)) text.Sample(sink.HeldUntil!.Value.ToUnixTimeSeconds(), ("sink", sink.Sink));
        text.Gauge("stepexport_removed_sink_let_go_records", "Records that were not delivered to a removed sink and have been let go; until it comes back, or its cursor is deleted.");
        foreach (var sink in removed.Where(s => s.HeldUntil is null)) text.Sample(sink.Undelivered, ("sink", sink.Sink));
    }

    private static void Gauges(PrometheusText text, string side, IEnumerable<OwnGauge> gauges)
    {
        // One line of help per name, and all samples of a name together: the text format asks for it.
        foreach (var group in gauges.GroupBy(g => g.Name, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            var (name, help) = ($"stepexport_{side}_{group.Key}", group.First().Help);
            if (name.EndsWith("_total", StringComparison.Ordinal)) text.Counter(name, help);
            else text.Gauge(name, help);
            foreach (var gauge in group)
            {
                if (gauge.Label is { } label) text.Sample(gauge.Value, (side, gauge.Component), label);
                else text.Sample(gauge.Value, (side, gauge.Component));
            }
        }
    }

    private static int Bit(ComponentHealth health) => health.Current.Ok ? 1 : 0;

    /// <summary>A number of one kind of source or sink.</summary>
    private readonly record struct OwnGauge(string Component, string Name, string Help, double Value, (string Name, string Value)? Label);
}
