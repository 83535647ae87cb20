using System.Text;
using StepExport.Core.Journal;
using StepExport.Sinks.Console;

namespace StepExport.Cli;

/// <summary>A journal for a person.</summary>
internal static class JournalText
{
    private const string Yellow = "\e[33m", Red = "\e[31m";
    private const int CheckpointShown = 200;

    public static string Of(
        JournalFindings found, ConfigGlance config, string? holder, IReadOnlyList<string>? cut, bool verified, DateTimeOffset now, Terminal terminal)
    {
        var text = new StringBuilder();
        text.Append($"journal  {Units.Bytes(found.Bytes)} in {Units.Count(found.Segments.Count)} {(found.Segments.Count == 1 ? "segment" : "segments")}, up to sequence {Units.Count(found.LastSequence)}; ");
        text.Append(holder is null ? "no program has it open\n" : $"open in process {holder}\n");
        text.Append('\n').Append(Segments(found, verified, now).Render(terminal));
        if (found.Cursors.Count > 0) text.Append('\n').Append(Cursors(found, config, now).Render(terminal));
        foreach (var sink in config.Sinks.Where(name => !found.Cursors.Any(cursor => cursor.Sink == name)))
            text.Append($"{TerminalText.Escape(sink)} has no cursor yet.\n");
        if (found.Checkpoints.Count > 0) text.Append('\n').Append(Checkpoints(found).Render(terminal));
        text.Append('\n');
        foreach (var note in Notes(found, config, holder, cut)) text.Append(note).Append('\n');
        if (verified) text.Append(found.IsSound ? $"Every frame was read: {Units.Count(found.Segments.Sum(s => s.Records))} records, no damage among them.\n" : "The journal is DAMAGED.\n");
        return text.ToString();
    }

    private static TextTable Segments(JournalFindings found, bool verified, DateTimeOffset now)
    {
        var table = new TextTable(
            new("SEGMENT", Most: 40), new("FIRST", Right: true, Rank: 1), new("LAST", Right: true), new("RECORDS", Right: true), new("BYTES", Right: true), new("AGE", Right: true, Rank: 2), new("STATE"));
        foreach (var segment in found.Segments)
        {
            table.Add(
                segment.Missing.Count > 0 ? Red : segment.Damage.Count > 0 || segment.Tail > 0 ? Yellow : null, segment.Name, Units.Count(segment.FirstSequence),
                segment.NextSequence > segment.FirstSequence ? Units.Count(segment.NextSequence - 1) : "-", Units.Count(segment.Records), Units.Bytes(segment.Bytes),
                segment.Begun is { } begun ? Units.Time(now - begun) : "-", State(segment, verified));
        }

        return table;
    }

    private static string State(SegmentFindings segment, bool verified)
    {
        var state = new List<string>();
        foreach (var (from, to) in segment.Missing) state.Add($"records {from} to {to} are lost");
        foreach (var (from, to) in segment.Damage) state.Add($"bytes {from} to {to} cannot be read{(segment.Missing.Count == 0 ? "; no record was in them" : "")}");
        if (segment.Tail > 0) state.Add($"last {segment.Tail} bytes are no whole frame");
        if (state.Count == 0) state.Add(verified || segment.IsLast ? $"ok, {Units.Count(segment.Frames)} {(segment.Frames == 1 ? "frame" : "frames")}" : "not read");
        return string.Join("; ", state);
    }

    private static TextTable Cursors(JournalFindings found, ConfigGlance config, DateTimeOffset now)
    {
        var table = new TextTable(
            new("SINK"), new("CURSOR", Right: true), new("LAG", Right: true), new("OLDEST", Right: true, Rank: 1), new("CUTS", Right: true, Rank: 2), new("STATE"));
        foreach (var cursor in found.Cursors)
        {
            var isConfigured = cursor.Sink is { } sink && config.Sinks.Contains(sink);
            table.Add(
                cursor.Sink is null ? Red : isConfigured ? null : Yellow, cursor.Sink ?? cursor.File, Units.Count(cursor.Sequence), Units.Count(cursor.Lag),
                cursor.OldestUndelivered is { } oldest ? Units.Time(now - oldest) : "-", Units.Count(cursor.Cuts.Count),
                cursor.Sink is null ? "cannot be read: the sink begins again with the oldest record" : isConfigured ? "configured" : Removed(cursor, now));
        }

        return table;
    }

    private static string Removed(CursorFindings cursor, DateTimeOffset now)
    {
        if (cursor.Removal is not { } removal) return "not in the configuration; its records are held until the program finds out";
        var ago = Units.Time(now - DateTimeOffset.FromUnixTimeMilliseconds(removal.AtMs));
        return removal.LetGoThrough is { } through
            ? $"removed {ago} ago; {Units.Count(Math.Max(through - cursor.Sequence, 0))} records were let go"
            : $"removed {ago} ago; its records are held for journal.holdRemoved";
    }

    private static TextTable Checkpoints(JournalFindings found)
    {
        var table = new TextTable(new("SOURCE"), new("BYTES", Right: true), new("CHECKPOINT"));
        foreach (var (source, value) in found.Checkpoints)
        {
            var shown = Encoding.UTF8.GetString(value.AsSpan(0, Math.Min(value.Length, CheckpointShown)));
            var isText = TerminalText.Escape(shown) == shown && !shown.Contains('\uFFFD', StringComparison.Ordinal);
            table.Add(null, source, Units.Count(value.Length), !isText ? "binary; --json has it in base64" : value.Length > CheckpointShown ? shown + "…" : shown);
        }

        return table;
    }

    private static IEnumerable<string> Notes(JournalFindings found, ConfigGlance config, string? holder, IReadOnlyList<string>? cut)
    {
        foreach (var hole in found.Holes) yield return $"{hole}, and their records with them.";
        var tail = found.Segments.Sum(s => s.Tail);
        if (tail > 0 && holder is null) yield return $"The next start cuts the last {Units.Count(tail)} bytes: a crash left them half-written, and nothing in them was ever acknowledged.";
        if (tail > 0 && holder is not null) yield return $"The last {Units.Count(tail)} bytes are being written.";
        if (found.Cursors.Any(c => c.Removal?.LetGoThrough is not null))
            yield return "A cursor whose records were let go can be deleted while the program is stopped; kept, it tells a sink that returns how many it has missed.";
        foreach (var note in cut ?? []) yield return $"At its start the program found: {note}";
        if (cut is { Count: 0 }) yield return "The program found nothing to cut at its start.";
    }
}
