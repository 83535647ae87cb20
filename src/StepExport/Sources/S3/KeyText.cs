using System.Globalization;
using System.Text;

namespace StepExport.Sources.S3;

/// <summary>Keys for logs, health and positions: whoever may write to the bucket chooses them.</summary>
internal static class KeyText
{
    private const int LongestShown = 200;

    /// <summary>The whole address; what is no printable character is percent-encoded, and so is the percent sign.</summary>
    public static string Address(string bucket, string key)
    {
        var text = new StringBuilder($"s3://{bucket}/");
        foreach (var rune in key.EnumerateRunes())
        {
            if (IsPlain(rune)) text.Append(rune.ToString());
            else foreach (var b in Encoding.UTF8.GetBytes(rune.ToString())) text.Append(CultureInfo.InvariantCulture, $"%{b:X2}");
        }

        return text.ToString();
    }

    /// <summary>As <see cref="Address"/>, and not longer than a line of a log can bear.</summary>
    public static string Shown(string bucket, string key) =>
        Address(bucket, key) is { Length: > LongestShown } text ? $"{text[..LongestShown]}…" : Address(bucket, key);

    private static bool IsPlain(Rune rune) => rune.Value != '%' && Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);
}
