using System.Globalization;
using System.Text;

namespace StepExport.Checks;

/// <summary>Makes what somebody typed fit for pages, terminals, GitHub and the SIEM.</summary>
internal static class ApprovalComment
{
    /// <summary>One line: breaks become spaces; control characters, and what turns the reading direction, are taken out.</summary>
    /// <param name="text">As typed; null when nothing was.</param>
    /// <param name="longest">UTF-16 units; no character is cut in two.</param>
    /// <returns>Null when nothing is left.</returns>
    public static string? Clean(string? text, int longest)
    {
        if (text is null) return null;
        var clean = new StringBuilder(Math.Min(text.Length, longest));
        foreach (var rune in text.EnumerateRunes())
        {
            if (clean.Length + rune.Utf16SequenceLength > longest) break;
            if (IsBreak(rune))
            {
                if (clean.Length > 0 && clean[^1] != ' ') clean.Append(' ');
            }
            else if ((clean.Length > 0 || !Rune.IsWhiteSpace(rune)) && !IsHarmful(rune))
            {
                clean.Append(rune.ToString());
            }
        }

        var result = clean.ToString().TrimEnd();
        return result.Length > 0 ? result : null;
    }

    private static bool IsBreak(Rune rune) => rune.Value is '\n' or '\r' or '\t' or 0x85 or 0x2028 or 0x2029;

    private static bool IsHarmful(Rune rune) => Rune.GetUnicodeCategory(rune) == UnicodeCategory.Control
        || rune.Value is 0x061C or 0x200E or 0x200F or (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069);
}
