using System.Text;

namespace StepExport.Core.Checks.Records;

/// <summary>Texts of people and detections, made fit for a record: not too long, always valid UTF-8.</summary>
internal static class RecordText
{
    public const int LongestName = 256;
    public const int LongestSentence = 1000;

    /// <summary>Cut to so many UTF-16 units; what was cut is said by an ellipsis. Half a surrogate pair becomes U+FFFD.</summary>
    public static byte[] Cut(string? text, int longest)
    {
        text = text?.Trim() ?? "";
        if (text.Length > longest) text = string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[longest - 2]) ? longest - 2 : longest - 1), "…");
        return Encoding.UTF8.GetBytes(text);
    }

    /// <summary>Cut, and on one line: no name can pretend to be a further line of a message.</summary>
    public static string Line(string? text, int longest)
    {
        var line = Encoding.UTF8.GetString(Cut(text, longest));
        return line.Any(char.IsControl) ? string.Concat(line.Select(c => char.IsControl(c) ? ' ' : c)) : line;
    }

    public static byte[] LineBytes(string? text, int longest) => Encoding.UTF8.GetBytes(Line(text, longest));
}
