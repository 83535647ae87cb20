using System.Buffers.Text;
using System.Text.Encodings.Web;
using StepExport.Core.Model;

namespace StepExport.Sinks.SplunkHec;

/// <summary>Writes JSON text into a span that is known to be long enough.</summary>
internal ref struct SpanWriter(Span<byte> destination)
{
    /// <summary>Most bytes that <see cref="Escaped"/> makes of one: <c>\u0000</c>.</summary>
    public const int EscapeFactor = 6;

    private readonly Span<byte> _destination = destination;

    public int Written { get; private set; }

    public void Raw(scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_destination[Written..]);
        Written += bytes.Length;
    }

    /// <summary>Content of a JSON string; bytes that are not UTF-8 become U+FFFD.</summary>
    public void Escaped(ReadOnlySpan<byte> utf8)
    {
        var encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        if (encoder.FindFirstCharacterToEncodeUtf8(utf8) < 0)
        {
            Raw(utf8);
            return;
        }

        encoder.EncodeUtf8(utf8, _destination[Written..], out _, out var written);
        Written += written;
    }

    /// <summary>A template whose text around the values is escaped already; the values need it never.</summary>
    public void Rendered(RecordTemplate template, in ExportRecord record) => Written += template.Render(record, _destination[Written..]);

    public void Hex(ReadOnlySpan<byte> bytes)
    {
        Convert.TryToHexStringLower(bytes, _destination[Written..], out var written);
        Written += written;
    }

    /// <summary>Milliseconds as seconds with three digits behind the point.</summary>
    public void Seconds(long milliseconds)
    {
        if (milliseconds < 0) Raw("-"u8);
        var (seconds, fraction) = Math.DivRem(milliseconds, 1000);
        Utf8Formatter.TryFormat((ulong)Math.Abs(seconds), _destination[Written..], out var digits);
        Written += digits;
        Raw("."u8);
        Utf8Formatter.TryFormat((ulong)Math.Abs(fraction), _destination[Written..], out digits, new('D', 3));
        Written += digits;
    }
}
