using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using StepExport.Core.DeadLetters;

namespace StepExport.Cli.Letters;

/// <summary>A dead letter as one line of JSON.</summary>
internal static class LetterJson
{
    private static readonly JsonWriterOptions Layout = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Everything but the bytes; with them when asked: as <c>payload</c> when they are JSON, else as <c>text</c> or <c>base64</c>.</summary>
    public static void WriteEnvelope(Stream output, StoredDeadLetter stored, bool withPayload)
    {
        var letter = stored.Letter;
        using (var json = new Utf8JsonWriter(output, Layout))
        {
            json.WriteStartObject();
            json.WriteNumber("id", stored.Id);
            json.WriteString("added", stored.AddedAt);
            json.WriteString(letter.AtIntake ? "source" : "sink", letter.Component);
            json.WriteString("reason", letter.Reason);
            if (letter.Code is not null) json.WriteString("code", letter.Code);
            if (letter.Position is not null) json.WriteString("position", letter.Position);
            if (letter.Sequence is { } sequence) json.WriteNumber("sequence", sequence);
            if (letter.DetectionType is not null) json.WriteString("type", letter.DetectionType);
            if (letter.Uid is not null) json.WriteString("uid", letter.Uid);
            if (stored.Replays > 0) json.WriteNumber("replays", stored.Replays);
            if (stored.ReplayTo is not null) json.WriteString("replayTo", stored.ReplayTo);
            json.WriteNumber("bytes", letter.Bytes.Length);
            if (withPayload) WritePayload(json, letter.Bytes);
            json.WriteEndObject();
        }

        output.WriteByte((byte)'\n');
    }

    /// <summary>The bytes alone as one line; false, and nothing written, when they are no JSON.</summary>
    public static bool TryWritePayload(Stream output, byte[] bytes)
    {
        if (!IsJson(bytes)) return false;
        // Outside of strings, where alone JSON allows them, line feeds are as good as blanks.
        foreach (var b in bytes.AsSpan().Trim(" \t\r\n"u8)) output.WriteByte(b is (byte)'\n' or (byte)'\r' ? (byte)' ' : b);
        output.WriteByte((byte)'\n');
        return true;
    }

    private static void WritePayload(Utf8JsonWriter json, byte[] bytes)
    {
        if (IsJson(bytes))
        {
            json.WritePropertyName("payload");
            json.WriteRawValue(OneLine(bytes), skipInputValidation: true);
        }
        else if (Utf8.IsValid(bytes))
        {
            json.WriteString("text", bytes);
        }
        else
        {
            json.WriteBase64String("base64", bytes);
        }
    }

    private static byte[] OneLine(byte[] bytes)
    {
        using var line = new MemoryStream(bytes.Length + 1);
        TryWritePayload(line, bytes);
        return line.ToArray().AsSpan(0, (int)line.Length - 1).ToArray();
    }

    private static bool IsJson(byte[] bytes)
    {
        var reader = new Utf8JsonReader(bytes);
        try
        {
            while (reader.Read())
            {
            }

            return reader.BytesConsumed > 0;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
