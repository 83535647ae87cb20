using System.Buffers.Text;

namespace StepExport.Core.Normalization;

/// <summary>The vendor's timestamps: epoch seconds or milliseconds, with or without a fraction, and ISO 8601.</summary>
internal static class Timestamps
{
    /// <summary>1973-03-03: below it a count is of seconds, from it on of milliseconds.</summary>
    private const long EarliestMs = 100_000_000_000;

    /// <summary>The year 5138: a count this large is of micro- or nanoseconds, which the vendor does not send.</summary>
    private const long LatestMs = 100_000_000_000_000;

    /// <summary>Reads a timestamp as milliseconds since 1970 UTC; finer digits are cut off.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out long timeMs)
    {
        if (!TryParseCount(text, out timeMs) && !TryParseIso(text, out timeMs)) return false;
        return timeMs is >= EarliestMs and < LatestMs;
    }

    private static bool TryParseCount(ReadOnlySpan<byte> text, out long timeMs)
    {
        if (!Utf8Parser.TryParse(text, out timeMs, out var used) || timeMs is < 0 or >= LatestMs) return false;
        var isSeconds = timeMs < EarliestMs;
        if (isSeconds) timeMs *= 1000;
        if (used == text.Length) return true;
        if (!TryParseFraction(text[used..], out var milliseconds, out var fraction) || used + fraction != text.Length) return false;
        if (isSeconds) timeMs += milliseconds;
        return true;
    }

    private static bool TryParseIso(ReadOnlySpan<byte> text, out long timeMs)
    {
        timeMs = 0;
        if (text.Length < "2025-07-22T17:06:45Z".Length || text[4] != '-' || text[7] != '-' || text[10] is not ((byte)'T' or (byte)'t' or (byte)' ')
            || text[13] != ':' || text[16] != ':')
        {
            return false;
        }

        if (!Digits(text[..4], out var year) || !Digits(text.Slice(5, 2), out var month) || !Digits(text.Slice(8, 2), out var day)
            || !Digits(text.Slice(11, 2), out var hour) || !Digits(text.Slice(14, 2), out var minute) || !Digits(text.Slice(17, 2), out var second))
        {
            return false;
        }

        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59)
        {
            return false;
        }

        var rest = text[19..];
        if (TryParseFraction(rest, out var milliseconds, out var used)) rest = rest[used..];
        if (!TryParseZone(rest, out var zoneMinutes)) return false;
        var moment = new DateTime(year, month, day, hour, minute, second, DateTimeKind.Utc);
        timeMs = ((moment - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMillisecond) + milliseconds - (zoneMinutes * 60_000L);
        return true;
    }

    /// <summary>A point and at least one digit, of which three count.</summary>
    private static bool TryParseFraction(ReadOnlySpan<byte> text, out int milliseconds, out int used)
    {
        (milliseconds, used) = (0, 0);
        if (text.Length < 2 || text[0] is not ((byte)'.' or (byte)',')) return false;
        var digits = text[1..];
        var end = digits.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        if (end >= 0) digits = digits[..end];
        if (digits.IsEmpty) return false;
        for (var i = 0; i < 3; i++) milliseconds = (milliseconds * 10) + (i < digits.Length ? digits[i] - '0' : 0);
        used = digits.Length + 1;
        return true;
    }

    private static bool TryParseZone(ReadOnlySpan<byte> text, out int minutes)
    {
        minutes = 0;
        if (text.Length == 1) return text[0] is (byte)'Z' or (byte)'z';
        if (text.Length != 6 || text[0] is not ((byte)'+' or (byte)'-') || text[3] != ':') return false;
        if (!Digits(text.Slice(1, 2), out var hour) || !Digits(text.Slice(4, 2), out var minute)) return false;
        minutes = ((hour * 60) + minute) * (text[0] == '-' ? -1 : 1);
        return true;
    }

    private static bool Digits(ReadOnlySpan<byte> text, out int value)
    {
        value = 0;
        foreach (var digit in text)
        {
            if (digit is < (byte)'0' or > (byte)'9') return false;
            value = (value * 10) + digit - '0';
        }

        return true;
    }
}
