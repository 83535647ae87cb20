using System.Globalization;
using System.Text;
using System.Text.Unicode;
using StepExport.Core.DeadLetters;

namespace StepExport.Cli.Letters;

/// <summary><c>deadletter show</c>: everything that is known of one letter.</summary>
internal static class LetterPage
{
    private const int PerLine = 16;

    public static async Task<int> ExecuteAsync(DeadLetterStore store, long id, bool json, CliContext context)
    {
        if (store.List(limit: 1, query: new() { Ids = [id] }) is not [var stored])
        {
            await context.Error.WriteLineAsync($"stepexport: there is no dead letter {id}; 'stepexport deadletter list' shows those there are");
            return ExitCode.Failure;
        }

        if (json)
        {
            using var line = new MemoryStream();
            LetterJson.WriteEnvelope(line, stored, withPayload: true);
            await context.Output.WriteAsync(Encoding.UTF8.GetString(line.ToArray()));
            return ExitCode.Ok;
        }

        await context.Output.WriteAsync(Page(stored));
        return ExitCode.Ok;
    }

    private static string Page(StoredDeadLetter stored)
    {
        var letter = stored.Letter;
        var text = new StringBuilder();
        Line("id", stored.Id.ToString(CultureInfo.InvariantCulture));
        Line("kept", $"{Units.Instant(stored.AddedAt)} UTC");
        Line("of", letter.AtIntake ? $"source {letter.Component}, refused at intake" : $"sink {letter.Component}, refused by the destination");
        Line("reason", letter.Reason);
        Line("code", letter.Code);
        Line("position", letter.Position);
        Line("sequence", letter.Sequence?.ToString(CultureInfo.InvariantCulture));
        Line("type", letter.DetectionType);
        Line("uid", letter.Uid);
        if (stored.Replays > 0) Line("replayed", $"{stored.Replays} times, and refused again");
        if (stored.ReplayTo is { } target) Line("replay", target == DeadLetterStore.Mapper ? "asked for, through the mapper" : $"asked for, to sink {target}");
        Line("bytes", Units.Count(letter.Bytes.Length));
        text.Append('\n');
        if (Utf8.IsValid(letter.Bytes)) text.Append(TerminalText.Escape(Encoding.UTF8.GetString(letter.Bytes), keepLines: true)).Append('\n');
        else Dump(text, letter.Bytes);
        return text.ToString();

        void Line(string name, string? value)
        {
            if (value is not null) text.Append($"{name,-10}{TerminalText.Escape(value)}\n");
        }
    }

    private static void Dump(StringBuilder text, byte[] bytes)
    {
        for (var at = 0; at < bytes.Length; at += PerLine)
        {
            var line = bytes.AsSpan(at, Math.Min(PerLine, bytes.Length - at));
            text.Append(CultureInfo.InvariantCulture, $"{at:x8}  ");
            for (var i = 0; i < PerLine; i++) text.Append(i < line.Length ? line[i].ToString("x2", CultureInfo.InvariantCulture) : "  ").Append(' ');
            text.Append(' ');
            foreach (var b in line) text.Append(b is >= 0x20 and < 0x7f ? (char)b : '.');
            text.Append('\n');
        }
    }
}
