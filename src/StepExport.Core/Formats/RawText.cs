using System.Buffers;
using System.Text.Json;

namespace StepExport.Core.Formats;

/// <summary>The detection's own text out of a record, on one line.</summary>
internal static class RawText
{
    /// <summary>The deepest detection, under <c>evidences[].data</c>.</summary>
    public const int MaxDepth = 128;

    /// <summary>Writes the text without the white space between its tokens; order, spelling of numbers and escapes stay.</summary>
    /// <returns>The text; the finding itself when it was journaled without one, for nothing may be lost, and what StepExport says itself: of an
    /// approved finding the text has been sent, the approval has not.</returns>
    public static ReadOnlySpan<byte> Write(ReadOnlySpan<byte> body, ArrayBufferWriter<byte> scratch)
    {
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = MaxDepth });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isRaw = reader.ValueTextEquals("raw_data"u8);
            var isMetadata = reader.ValueTextEquals("metadata"u8);
            reader.Read();
            if (isRaw && reader.TokenType == JsonTokenType.String)
            {
                var room = scratch.GetSpan(reader.ValueSpan.Length);
                var length = reader.CopyString(room);
                scratch.Advance(Compact(room[..length]));
                return scratch.WrittenSpan;
            }

            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            // Quotes inside a text are escaped, so no value can look like this member.
            if (isMetadata && body[start..(int)reader.BytesConsumed].IndexOf("\"log_provider\":\"StepExport\""u8) >= 0) return body;
        }

        return body;
    }

    /// <summary>Moves the tokens of valid JSON together.</summary>
    /// <returns>What is left of the length.</returns>
    private static int Compact(Span<byte> json)
    {
        var written = 0;
        for (var at = 0; at < json.Length;)
        {
            if (json[at] == (byte)'"')
            {
                var length = StringLength(json[at..]);
                json.Slice(at, length).CopyTo(json[written..]);
                written += length;
                at += length;
                continue;
            }

            if (json[at] > (byte)' ') json[written++] = json[at];
            at++;
        }

        return written;
    }

    private static int StringLength(ReadOnlySpan<byte> json)
    {
        for (var at = 1; ;)
        {
            at += json[at..].IndexOfAny((byte)'"', (byte)'\\');
            if (json[at] == (byte)'"') return at + 1;
            at += 2;
        }
    }
}
