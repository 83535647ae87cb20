using System.Globalization;
using System.Text;

namespace StepExport.Checks.GitHub;

/// <summary>Values of events in GitHub's Markdown: as code, in which nothing is markup, HTML, a link or a mention, and which can be copied.</summary>
internal static class Markdown
{
    private const int LongestValue = 300;

    /// <summary>On one line, cut at 300 characters; what cannot be seen is written as its number.</summary>
    public static string Code(string value)
    {
        var text = Visible(value);
        if (text.Length == 0) return "";
        var fence = new string('`', LongestRun(text) + 1);
        var pad = text[0] == '`' || text[^1] == '`' || (text[0] == ' ' && text[^1] == ' ') ? " " : "";
        return $"{fence}{pad}{text}{pad}{fence}";
    }

    /// <summary>The same in a cell of a table, which a bar would end, even in code.</summary>
    public static string Cell(string value) => Code(value).Replace("|", "\\|", StringComparison.Ordinal);

    private static string Visible(string value)
    {
        var text = new StringBuilder();
        var length = 0;
        foreach (var rune in value.EnumerateRunes())
        {
            if (++length > LongestValue) return text.Append('…').ToString();
            if (IsUnseen(rune)) text.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}");
            else text.Append(rune);
        }

        return text.ToString();
    }

    /// <summary>Line breaks end a cell, and what changes the direction hides what stands there.</summary>
    private static bool IsUnseen(Rune rune) => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    private static int LongestRun(string text)
    {
        var (longest, run) = (0, 0);
        foreach (var c in text)
        {
            run = c == '`' ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }

        return longest;
    }
}
