using System.Text;
using System.Text.Json;
using StepExport.Core.Model;
using StepExport.Core.Ocsf;

namespace StepExport.Core.Checks.Records;

/// <summary>An approved finding, told again: the same finding, suppressed, by whom. One pass over its bytes, so it may be as large and as deep as
/// any record.</summary>
internal static class FindingUpdate
{
    /// <summary>The deepest detection, under <c>evidences[].data</c>.</summary>
    private const int MaxDepth = 128;

    /// <exception cref="JsonException">The body is no JSON object.</exception>
    public static void Write(OcsfWriter w, ReadOnlySpan<byte> body, ReadOnlySpan<byte> uid, CheckEvent approval)
    {
        w.Object();
        w.Raw(Captions.Activity(FindingStatus.Suppressed));
        w.Number("time"u8, approval.At.ToUnixTimeMilliseconds());
        w.Raw(Captions.Status(FindingStatus.Suppressed));
        w.String("status_detail"u8, Encoding.UTF8.GetBytes($"Approved by {People.Name(approval)} {People.Way(approval)}"));
        w.String("comment"u8, RecordText.Cut(approval.Text, RecordText.LongestSentence));
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = MaxDepth });
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) throw new JsonException("a finding is a JSON object");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.ValueSpan;
            reader.Read();
            if (name.SequenceEqual("metadata"u8) && reader.TokenType == JsonTokenType.StartObject) WriteMetadata(w, body, ref reader, uid);
            else if (name.SequenceEqual("is_alert"u8)) w.Flag(name, false);
            else if (IsSaid(name)) reader.Skip();
            else Copy(w, name, body, ref reader);
        }

        w.EndObject();
    }

    /// <summary>What stands at the beginning already.</summary>
    private static bool IsSaid(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("activity_id"u8) || name.SequenceEqual("activity_name"u8) || name.SequenceEqual("category_uid"u8)
        || name.SequenceEqual("category_name"u8) || name.SequenceEqual("class_uid"u8) || name.SequenceEqual("class_name"u8)
        || name.SequenceEqual("type_uid"u8) || name.SequenceEqual("type_name"u8) || name.SequenceEqual("time"u8) || name.SequenceEqual("status_id"u8)
        || name.SequenceEqual("status"u8) || name.SequenceEqual("status_detail"u8) || name.SequenceEqual("comment"u8);

    private static void WriteMetadata(OcsfWriter w, ReadOnlySpan<byte> body, ref Utf8JsonReader reader, ReadOnlySpan<byte> uid)
    {
        Span<byte> hex = stackalloc byte[RecordHeader.UidLength * 2];
        Convert.TryToHexStringLower(uid, hex, out _);
        w.Object("metadata"u8);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.ValueSpan;
            reader.Read();
            if (name.SequenceEqual("uid"u8)) w.Plain(name, hex);
            else if (name.SequenceEqual("log_provider"u8)) w.Plain(name, "StepExport"u8);
            else if (name.SequenceEqual("log_name"u8)) w.Plain(name, "checks"u8);
            else Copy(w, name, body, ref reader);
        }

        w.EndObject();
    }

    private static void Copy(OcsfWriter w, ReadOnlySpan<byte> name, ReadOnlySpan<byte> body, ref Utf8JsonReader reader)
    {
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        w.Raw(name, body[start..(int)reader.BytesConsumed]);
    }
}
