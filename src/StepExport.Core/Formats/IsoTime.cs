using System.Buffers.Text;
using StepExport.Core.Ocsf;

namespace StepExport.Core.Formats;

/// <summary>Times as ISO 8601 with milliseconds, UTC.</summary>
internal static class IsoTime
{
    private static readonly long Earliest = DateTimeOffset.MinValue.ToUnixTimeMilliseconds();
    private static readonly long Latest = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <summary>Writes e.g. <c>"2025-07-22T17:06:45.265Z"</c>.</summary>
    public static void Write(OcsfWriter w, ReadOnlySpan<byte> name, long milliseconds)
    {
        Span<byte> text = stackalloc byte["2025-07-22T17:06:45.2650000Z".Length];
        var time = DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(milliseconds, Earliest, Latest));
        Utf8Formatter.TryFormat(time.UtcDateTime, text, out _, 'O');
        const int length = 23; // up to the milliseconds
        text[length] = (byte)'Z';
        w.Plain(name, text[..(length + 1)]);
    }
}
