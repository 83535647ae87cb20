using StepExport.Configuration;
using StepExport.Core.Journal;

namespace StepExport.Cli;

/// <summary>What a configuration would do to sinks that the journal knows and that it does not name any more.</summary>
internal static class RemovedSinks
{
    /// <summary>One line per sink that still has something to lose; looks at the journal's files without touching them.</summary>
    public static IReadOnlyList<string> Warnings(ExportConfig config)
    {
        var directory = ExportConfig.JournalIn(config.DataDir);
        if (!Directory.Exists(directory)) return [];
        try
        {
            var cursors = new JournalInspection(new FileJournalStorage(), directory).Run(verify: false).Cursors;
            return [.. cursors.Where(c => c.Sink is not null && c.Removal?.LetGoThrough is null && config.Sinks.All(s => s.Name != c.Sink)).Select(c => Warning(c, config.Journal.HoldRemoved))];
        }
        catch (IOException e)
        {
            return [$"sinks: whether one was removed cannot be found out: {e.Message}"];
        }
    }

    private static string Warning(CursorFindings cursor, Duration hold)
    {
        var what = FormattableString.Invariant($"sinks: '{cursor.Sink}' was removed; {cursor.Lag} records were not delivered to it");
        var removedAt = cursor.Removal is { } removal ? DateTimeOffset.FromUnixTimeMilliseconds(removal.AtMs) : (DateTimeOffset?)null;
        if (removedAt is { } at) return FormattableString.Invariant($"{what}; they are let go at {at + hold.Value:u} (journal.holdRemoved {hold}); put the sink back before that to deliver them");
        return hold.Value == TimeSpan.Zero
            ? $"{what}; they are let go at the next start or reload (journal.holdRemoved 0s)"
            : $"{what}; they are let go {hold} after the next start or reload (journal.holdRemoved); put the sink back before that to deliver them";
    }
}
