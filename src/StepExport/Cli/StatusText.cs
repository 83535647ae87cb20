using System.Globalization;
using System.Text;
using StepExport.Admin;
using StepExport.Core.Telemetry;
using StepExport.Sinks.Console;

namespace StepExport.Cli;

/// <summary>Two looks at a program as a page for a person.</summary>
internal static class StatusText
{
    private const string Green = "\e[32m", Yellow = "\e[33m", Red = "\e[31m";

    public static string Of(StatusReport before, StatusReport now, Uri address, Terminal terminal)
    {
        // A program that was started again in between counts from zero.
        var seconds = now.Started == before.Started ? now.UptimeSeconds - before.UptimeSeconds : 0;
        var at = now.Started + TimeSpan.FromSeconds(now.UptimeSeconds);
        var text = new StringBuilder();
        Line(text, terminal, now.Ready ? Green : Red, $"stepexport {now.Version} at {address.Authority}, up {Units.Time(TimeSpan.FromSeconds(now.UptimeSeconds))}, {(now.Ready ? "ready" : "NOT READY")}, {Units.Instant(at)} UTC");
        if (now.Reloads.Refusal is { } refusal) Line(text, terminal, Red, $"reload        the last one was refused, everything runs on as it did: {refusal}");
        Journal(text, terminal, now.Journal);
        if (now.Dedupe is { } dedupe) Dedupe(text, terminal, dedupe);
        DeadLetters(text, terminal, now.DeadLetters);
        if (now.Checks is { } checks) Checks(text, terminal, checks);
        text.Append('\n').Append(Sources(before, now, seconds, at).Render(terminal));
        text.Append('\n').Append(Sinks(before, now, seconds, at).Render(terminal));
        foreach (var removed in now.RemovedSinks.Where(removed => removed.Undelivered > 0)) Line(text, terminal, Yellow, Removed(removed));
        if (terminal.IsTerminal) Reasons(text, terminal, now);
        return text.ToString();
    }

    /// <summary>The table may have cut them, and they are what one looks for.</summary>
    private static void Reasons(StringBuilder text, Terminal terminal, StatusReport now)
    {
        var ill = now.Sources.Select(s => (s.Name, s.Health)).Concat(now.Sinks.Select(s => (s.Name, s.Health))).Where(part => !part.Health.Ok);
        foreach (var (name, health) in ill)
        {
            text.Append('\n');
            var line = $"{name}:";
            foreach (var word in (health.Reason ?? "").Split(' '))
            {
                if (CellText.Columns(line) + 1 + CellText.Columns(word) > terminal.Width())
                {
                    Line(text, terminal, Red, line);
                    line = " ";
                }

                line += $" {word}";
            }

            Line(text, terminal, Red, line);
        }
    }

    private static void Journal(StringBuilder text, Terminal terminal, JournalReport journal)
    {
        var used = (double)journal.Bytes / Math.Max(journal.Capacity, 1);
        var line = string.Create(CultureInfo.InvariantCulture,
            $"journal       {Units.Bytes(journal.Bytes)} of {Units.Bytes(journal.Capacity)} ({used:P0}), at sequence {Units.Count(journal.DurableSequence)}");
        if (journal.Damages > 0) line += $", {Units.Count(journal.Damages)} damaged places";
        Line(text, terminal, journal.Health.Ok ? null : Red, line + (journal.Health.Ok ? "" : $": {journal.Health.Reason}"));
        foreach (var note in journal.Recovery) Line(text, terminal, Yellow, $"  at the start: {note}");
    }

    private static void Dedupe(StringBuilder text, Terminal terminal, DedupeReport dedupe)
    {
        var line = $"dedupe        {Units.Count(dedupe.Keys)} detections known, back to {Units.Time(TimeSpan.FromSeconds(dedupe.ReachSeconds))} ago";
        Line(text, terminal, dedupe.Health.Ok ? null : Red, line + (dedupe.Health.Ok ? "" : $": {dedupe.Health.Reason}"));
    }

    private static void DeadLetters(StringBuilder text, Terminal terminal, DeadLettersReport letters)
    {
        var line = $"dead letters  {Units.Count(letters.Count)} of {Units.Count(letters.MaxCount)}, {Units.Bytes(letters.Bytes)} of {Units.Bytes(letters.MaxBytes)}";
        if (letters.Components.Count > 0) line += $": {string.Join(", ", letters.Components.Select(c => $"{c.Kind} {c.Name} {Units.Count(c.Count)}"))}";
        Line(text, terminal, letters.Count > 0 ? Yellow : null, line);
        if (!letters.Health.Ok) Line(text, terminal, Red, $"  {letters.Health.Reason}");
        else if (letters.Alarm is { } alarm) Line(text, terminal, Yellow, $"  {alarm}");
    }

    private static void Checks(StringBuilder text, Terminal terminal, ChecksReport checks)
    {
        var line = $"checks        {Units.Count(checks.Pending)} pending, {Units.Count(checks.Approved)} approved";
        if (checks.Pending > 0) line += $", the oldest waits for {Units.Time(TimeSpan.FromSeconds(checks.OldestPendingAgeSeconds))}";
        if (checks.Unpublished > 0) line += $", {Units.Count(checks.Unpublished, "event")} on the way to the journal";
        if (checks.GitHub is not null) line += $"; GitHub has been told {Units.Count(checks.GitHub.Reported)} times, {Units.Count(checks.Unreported)} to tell";
        Line(text, terminal, checks.Pending > 0 ? Yellow : null, line);
        if (!checks.Health.Ok) Line(text, terminal, Red, $"  {checks.Health.Reason}");
        if (checks.GitHub is { Health: { Ok: false } health }) Line(text, terminal, Red, $"  {health.Reason}");
    }

    private static TextTable Sources(StatusReport before, StatusReport now, double seconds, DateTimeOffset at)
    {
        var table = new TextTable(
            new("SOURCE"), new("RECEIVED", Right: true), new("RATE/S", Right: true, Rank: 2), new("DURABLE", Right: true, Rank: 3), new("KNOWN", Right: true, Rank: 4),
            new("REJECTED", Right: true, Rank: 1), new("HEALTH"));
        foreach (var source in now.Sources)
        {
            var earlier = before.Sources.FirstOrDefault(s => s.Name == source.Name);
            table.Add(
                ColourOf(source.Health), source.Name, Units.Count(source.Received), Rate(source.Received - earlier?.Received, seconds), Units.Count(source.Durable),
                Units.Count(source.Deduplicated), Units.Count(source.Rejected), Health(source.Health, at));
        }

        return table;
    }

    private static TextTable Sinks(StatusReport before, StatusReport now, double seconds, DateTimeOffset at)
    {
        var table = new TextTable(
            new("SINK"), new("DELIVERED", Right: true), new("RATE/S", Right: true, Rank: 2), new("LAG", Right: true), new("OLDEST", Right: true, Rank: 1),
            new("IN FLIGHT", Right: true, Rank: 5), new("RETRIED", Right: true, Rank: 4), new("REJECTED", Right: true, Rank: 3), new("HEALTH"));
        foreach (var sink in now.Sinks)
        {
            var earlier = before.Sinks.FirstOrDefault(s => s.Name == sink.Name);
            table.Add(
                ColourOf(sink.Health), sink.Name, Units.Count(sink.Delivered), Rate(sink.Delivered - earlier?.Delivered, seconds), Units.Count(sink.LagRecords),
                sink.LagRecords == 0 ? "-" : Units.Time(TimeSpan.FromSeconds(sink.OldestUndeliveredAgeSeconds)), Units.Count(sink.InFlight), Units.Count(sink.Retried),
                Units.Count(sink.Rejected), Health(sink.Health, at));
        }

        return table;
    }

    private static string Removed(RemovedSink sink) => sink.HeldUntil is { } until
        ? $"{sink.Sink} was removed: {Units.Count(sink.Undelivered)} records were not delivered to it, held until {Units.Instant(until)} UTC"
        : $"{sink.Sink} was removed: {Units.Count(sink.Undelivered)} records that were not delivered to it have been let go";

    private static string Rate(long? more, double seconds) =>
        more is { } count && seconds > 0 ? (count / seconds).ToString(count / seconds is > 0 and < 10 ? "0.0" : "N0", CultureInfo.InvariantCulture) : "-";

    private static string Health(HealthReport health, DateTimeOffset at) =>
        health.Ok ? "ok" : $"since {Units.Time(at - health.Since)}: {health.Reason}";

    private static string ColourOf(HealthReport health) => health.Ok ? Green : Red;

    private static void Line(StringBuilder text, Terminal terminal, string? colour, string line)
    {
        if (!terminal.Colour) colour = null;
        text.Append(colour);
        CellText.Append(text, line, terminal.IsTerminal ? terminal.Width() : int.MaxValue, pad: false);
        if (colour is not null) text.Append("\e[0m");
        text.Append('\n');
    }
}
