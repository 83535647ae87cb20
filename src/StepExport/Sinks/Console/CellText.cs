using System.Globalization;
using System.Text;

namespace StepExport.Sinks.Console;

/// <summary>Text in terminal cells. Characters that could steer a terminal or turn the reading direction become U+FFFD.</summary>
internal static class CellText
{
    private const char Ellipsis = '…';
    private const char Neutral = '\uFFFD';

    /// <summary>Appends the text, cut to at most <paramref name="cells"/> columns (the last one an ellipsis), and padded to them when asked.</summary>
    public static void Append(StringBuilder line, string text, int cells, bool pad)
    {
        if (cells <= 0) return;
        var fits = Measure(text, cells) <= cells;
        var room = fits ? cells : cells - 1;
        foreach (var rune in text.EnumerateRunes())
        {
            var width = WidthOf(rune);
            if (width > room) break;
            room -= width;
            if (IsUnsafe(rune)) line.Append(Neutral);
            else line.Append(rune.ToString());
        }

        if (!fits) line.Append(Ellipsis);
        if (pad) line.Append(' ', room);
    }

    /// <summary>Columns of the text.</summary>
    public static int Columns(string text) => (int)Measure(text, int.MaxValue);

    /// <summary>Columns of the text; counting ends soon after <paramref name="enough"/>.</summary>
    private static long Measure(string text, int enough)
    {
        long width = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            width += WidthOf(rune);
            if (width > enough) break;
        }

        return width;
    }

    private static bool IsUnsafe(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned;

    private static int WidthOf(Rune rune)
    {
        if (rune.IsAscii) return 1;
        if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark) return 0;
        return IsWide(rune.Value) ? 2 : 1;
    }

    private static bool IsWide(int value) => value is (>= 0x1100 and <= 0x115F) or (>= 0x2E80 and <= 0xA4CF) or (>= 0xAC00 and <= 0xD7A3)
        or (>= 0xF900 and <= 0xFAFF) or (>= 0xFE30 and <= 0xFE6F) or (>= 0xFF00 and <= 0xFF60) or (>= 0xFFE0 and <= 0xFFE6)
        or (>= 0x1F300 and <= 0x1FAFF) or (>= 0x20000 and <= 0x3FFFD);
}
