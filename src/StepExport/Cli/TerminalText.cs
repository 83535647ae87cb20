using System.Globalization;
using System.Text;

namespace StepExport.Cli;

/// <summary>Text of somebody else on the way to a person: what could steer a terminal or turn the reading direction is spelled out.</summary>
internal static class TerminalText
{
    /// <summary>Control and format characters become <c>\u{X}</c>; line feeds and tabs stay when asked.</summary>
    public static string Escape(string text, bool keepLines = false)
    {
        StringBuilder? escaped = null;
        var at = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            var isUnsafe = IsUnsafe(rune) && !(keepLines && rune.Value is '\n' or '\t');
            if (isUnsafe && escaped is null) escaped = new StringBuilder(text, 0, at, text.Length + 16);
            if (isUnsafe) escaped!.Append(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:x}}}");
            else escaped?.Append(rune.ToString());
            at += rune.Utf16SequenceLength;
        }

        return escaped?.ToString() ?? text;
    }

    private static bool IsUnsafe(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned;
}
