using System.Text;
using StepExport.Core.DeadLetters;
using StepExport.Sinks.Console;

namespace StepExport.Cli.Letters;

/// <summary><c>deadletter list</c>.</summary>
internal static class LetterList
{
    public static async Task<int> ExecuteAsync(DeadLetterStore store, DeadLetterQuery query, int limit, bool json, CliContext context, Terminal terminal)
    {
        var letters = store.All(query).Take(Math.Max(limit, 0)).ToArray();
        if (json)
        {
            using var lines = new MemoryStream();
            foreach (var letter in letters) LetterJson.WriteEnvelope(lines, letter, withPayload: false);
            await context.Output.WriteAsync(Encoding.UTF8.GetString(lines.ToArray()));
            return ExitCode.Ok;
        }

        var count = store.CountOf(query);
        if (count > 0) await context.Output.WriteAsync(Table(letters).Render(terminal));
        await context.Output.WriteLineAsync(count == 0 ? "no dead letters" : letters.Length < count ? $"{Units.Count(letters.Length)} of {Units.Count(count)}; more with --limit" : $"{Units.Count(count)} in all");
        return ExitCode.Ok;
    }

    private static TextTable Table(StoredDeadLetter[] letters)
    {
        var table = new TextTable(new("ID", Right: true), new("KEPT (UTC)", Rank: 2), new("OF"), new("TYPE", Rank: 1, Most: 26), new("REASON"));
        foreach (var (id, addedAt, letter) in letters)
        {
            table.Add(null, id.ToString(System.Globalization.CultureInfo.InvariantCulture), Units.Instant(addedAt), $"{(letter.AtIntake ? "source" : "sink")} {letter.Component}", letter.DetectionType ?? "-", Reason(letter));
        }

        return table;
    }

    private static string Reason(DeadLetter letter) =>
        (letter.Code is null ? letter.Reason : $"{letter.Reason} ({letter.Code})") + (letter.Position is null ? "" : $" at {letter.Position}");
}
