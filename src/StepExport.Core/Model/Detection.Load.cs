using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace StepExport.Core.Model;

internal sealed partial class Detection
{
    /// <summary>Deepest nesting that is accepted.</summary>
    public const int MaxDepth = 64;

    private static readonly JsonReaderOptions ReaderOptions = new() { MaxDepth = MaxDepth };

    /// <summary>Parses one JSON object, replacing what was here. Never repairs.</summary>
    /// <returns>Null, or why the text is refused, with the position of the first fault.</returns>
    public string? Load(ReadOnlySpan<byte> json)
    {
        Clear();
        if (!Utf8.IsValid(json)) return At("not valid UTF-8", FirstInvalidUtf8(json));
        Append(json);
        _jsonLength = json.Length;
        try
        {
            return Parse(new Utf8JsonReader(_text.AsSpan(0, _jsonLength), ReaderOptions));
        }
        catch (JsonException e)
        {
            return string.Create(CultureInfo.InvariantCulture,
                $"not valid JSON at line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}: {Reason(e)}");
        }
    }

    private string? Parse(Utf8JsonReader reader)
    {
        var parent = -1;
        var nameStart = 0;
        var nameLength = 0;
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    if (!TextOf(ref reader, out nameStart, out nameLength)) return LoneSurrogate(reader);
                    continue;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    _nodes[parent].End = _count;
                    parent = _nodes[parent].Parent;
                    continue;
            }

            if (_count == 0 && reader.TokenType != JsonTokenType.StartObject)
                return At("a detection is a JSON object, this is not one", (int)reader.TokenStartIndex);
            ref var node = ref Add(parent);
            node.Kind = reader.TokenType;
            node.NameStart = nameStart;
            node.NameLength = nameLength;
            if (nameLength > 0) TakeSlot(_count - 1);
            (nameStart, nameLength) = (0, 0);
            if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray) parent = _count - 1;
            else if (!TextOf(ref reader, out node.TextStart, out node.TextLength)) return LoneSurrogate(reader);
        }

        return null;
    }

    private bool TextOf(ref Utf8JsonReader reader, out int start, out int length)
    {
        var quote = reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName ? 1 : 0;
        start = (int)reader.TokenStartIndex + quote;
        length = reader.ValueSpan.Length;
        if (!reader.ValueIsEscaped) return true;
        if (HasLoneSurrogate(reader.ValueSpan)) return false;
        start = _textLength;
        length = reader.CopyString(Room(length));
        _textLength += length;
        return true;
    }

    private static bool HasLoneSurrogate(ReadOnlySpan<byte> escaped)
    {
        var high = false;
        for (var i = 0; i < escaped.Length; i++)
        {
            var unit = -1;
            if (escaped[i] == (byte)'\\' && escaped[++i] == (byte)'u')
            {
                unit = int.Parse(escaped.Slice(i + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
                i += 4;
            }

            if (high != unit is >= 0xDC00 and <= 0xDFFF) return true;
            high = unit is >= 0xD800 and <= 0xDBFF;
        }

        return high;
    }

    private static string LoneSurrogate(Utf8JsonReader reader) => At("half a surrogate pair", (int)reader.TokenStartIndex);

    private static string At(string what, int position) =>
        string.Create(CultureInfo.InvariantCulture, $"{what} (byte {position + 1})");

    private static int FirstInvalidUtf8(ReadOnlySpan<byte> json)
    {
        var at = 0;
        while (Rune.DecodeFromUtf8(json[at..], out _, out var length) == System.Buffers.OperationStatus.Done) at += length;
        return at;
    }

    /// <summary>The reader's own words without the position, which it counts from 0.</summary>
    private static string Reason(JsonException e)
    {
        var end = e.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return end < 0 ? e.Message : e.Message[..end];
    }
}
