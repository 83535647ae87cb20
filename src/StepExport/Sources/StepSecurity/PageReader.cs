using System.Text;
using System.Text.Json;
using StepExport.Core.Normalization;

namespace StepExport.Sources.StepSecurity;

/// <summary>Finds the records in a body: <c>{"data":{"detections":[…],"has_more":…,"next_token":…}}</c>, the same without
/// <c>data</c>, <c>{"data":[…]}</c> or a bare array. Where there is nothing, <c>null</c> may stand for an empty list.</summary>
internal static class PageReader
{
    /// <summary>Deeper than a detection may be, so that one that is too deep does not take its page with it.</summary>
    private const int MaxDepth = 4096;

    private static readonly byte[] Mark = [0xEF, 0xBB, 0xBF];

    /// <param name="body">Of an answer.</param>
    /// <param name="implied">What every record shall say.</param>
    /// <param name="trouble">Why there is no page.</param>
    public static Page? Read(ReadOnlySpan<byte> body, ImpliedMember? implied, out string? trouble)
    {
        trouble = null;
        var skipped = body.StartsWith(Mark) ? Mark.Length : 0;
        var found = new Found { Implied = implied, Offset = skipped };
        try
        {
            var reader = new Utf8JsonReader(body[skipped..], new JsonReaderOptions { MaxDepth = MaxDepth });
            reader.Read();
            if (reader.TokenType == JsonTokenType.StartArray) ReadRecords(ref reader, found);
            else if (reader.TokenType == JsonTokenType.StartObject) ReadEnvelope(ref reader, found, isInner: false);
            while (reader.Read())
            {
            }

            if (found.HasList) return new(found.Records, found.HasMore, found.NextToken);
            trouble = "the answer has no list of detections";
        }
        catch (JsonException)
        {
            trouble = "the answer is not JSON, or it broke off";
        }

        trouble += $"; it begins with '{ApiAnswers.Words(body[..Math.Min(80, body.Length)], null)}'";
        return null;
    }

    private static void ReadEnvelope(ref Utf8JsonReader reader, Found found, bool isInner)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var isData = !isInner && reader.ValueTextEquals("data"u8);
            var isList = reader.ValueTextEquals("detections"u8);
            var isMore = reader.ValueTextEquals("has_more"u8);
            var isToken = reader.ValueTextEquals("next_token"u8);
            reader.Read();
            if ((isData || isList) && reader.TokenType == JsonTokenType.StartArray) ReadRecords(ref reader, found);
            else if ((isData || isList) && reader.TokenType == JsonTokenType.Null) found.HasList = true;
            else if (isData && reader.TokenType == JsonTokenType.StartObject) ReadEnvelope(ref reader, found, isInner: true);
            else if (isMore) found.HasMore = IsTrue(ref reader);
            else if (isToken) found.NextToken = Text(ref reader);
            else reader.Skip();
        }
    }

    private static void ReadRecords(ref Utf8JsonReader reader, Found found)
    {
        found.HasList = true;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var start = found.Offset + (int)reader.TokenStartIndex;
            var (timeMs, toSay) = (0L, (Range?)null);
            if (reader.TokenType == JsonTokenType.StartObject) (timeMs, toSay) = ReadRecord(ref reader, found);
            else reader.Skip();
            found.Records.Add(new(start, found.Offset + (int)reader.BytesConsumed, timeMs, toSay));
        }
    }

    private static (long TimeMs, Range? ToSay) ReadRecord(ref Utf8JsonReader reader, Found found)
    {
        var time = 0L;
        var behindBrace = found.Offset + (int)reader.BytesConsumed;
        Range? toSay = found.Implied is null ? null : behindBrace..behindBrace;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var isTime = IsTime(ref reader);
            var isImplied = found.Implied is { } member && reader.ValueTextEquals(member.Name);
            reader.Read();
            var valueStart = found.Offset + (int)reader.TokenStartIndex;
            if (isTime && reader.TokenType is JsonTokenType.String or JsonTokenType.Number && Timestamps.TryParse(reader.ValueSpan, out var timeMs))
                time = Math.Max(time, timeMs);
            var isSaid = isImplied && found.Implied!.IsSaidBy(reader);
            reader.Skip();
            if (isImplied) toSay = isSaid ? null : valueStart..(found.Offset + (int)reader.BytesConsumed);
        }

        return (time, toSay);
    }

    /// <summary>A detection has the first, an incident some of the others.</summary>
    private static bool IsTime(ref Utf8JsonReader reader) =>
        reader.ValueTextEquals("timestamp"u8) || reader.ValueTextEquals("updated_at"u8) || reader.ValueTextEquals("created_at"u8)
        || reader.ValueTextEquals("incident_start_time"u8) || reader.ValueTextEquals("incident_end_time"u8);

    private static bool? IsTrue(ref Utf8JsonReader reader)
    {
        bool? said = reader.TokenType switch
        {
            JsonTokenType.True => true,
            JsonTokenType.False => false,
            JsonTokenType.String => Ascii.EqualsIgnoreCase(reader.ValueSpan, "true"u8),
            _ => null,
        };
        reader.Skip();
        return said;
    }

    private static string? Text(ref Utf8JsonReader reader)
    {
        var text = reader.TokenType switch
        {
            JsonTokenType.String => reader.GetString(),
            JsonTokenType.Number => Encoding.ASCII.GetString(reader.ValueSpan),
            _ => null,
        };
        reader.Skip();
        return text;
    }

    private sealed class Found
    {
        public ImpliedMember? Implied { get; init; }

        /// <summary>Bytes of the body before the reader's first.</summary>
        public int Offset { get; init; }

        public List<PageRecord> Records { get; } = [];

        public bool HasList { get; set; }

        public bool? HasMore { get; set; }

        public string? NextToken { get; set; }
    }
}
