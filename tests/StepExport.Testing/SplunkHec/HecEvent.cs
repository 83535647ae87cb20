using System.Text.Json;

namespace StepExport.Testing.SplunkHec;

/// <summary>One object of a request body.</summary>
internal sealed record HecEvent(JsonElement Envelope)
{
    private static readonly string[] TextKeys = ["host", "source", "sourcetype", "index"];

    public JsonElement Event => Envelope.GetProperty("event");

    public JsonElement Fields => Envelope.GetProperty("fields");

    /// <summary>The indexed field <c>event_uid</c>; empty when there is none.</summary>
    public string Uid =>
        Envelope.TryGetProperty("fields", out var fields) && fields.TryGetProperty("event_uid", out var uid) ? uid.GetString()! : "";

    /// <summary>True when Splunk would answer 200 and yet not index this object nor those behind it.</summary>
    public bool HasUnknownKey => Envelope.ValueKind == JsonValueKind.Object
        && Envelope.EnumerateObject().Any(p => p.Name is not ("time" or "event" or "fields") && !TextKeys.Contains(p.Name));

    /// <summary>Splunk's code for what is wrong with the object, null when nothing is.</summary>
    public int? Refusal()
    {
        if (Envelope.ValueKind != JsonValueKind.Object) return 6;
        if (Envelope.TryGetProperty("time", out var time) && time.ValueKind != JsonValueKind.Number) return 6;
        if (TextKeys.Any(key => Envelope.TryGetProperty(key, out var text) && text.ValueKind != JsonValueKind.String)) return 6;
        if (!Envelope.TryGetProperty("event", out var content)) return 12;
        if (content.ValueKind == JsonValueKind.Null || (content.ValueKind == JsonValueKind.String && content.GetString() == "")) return 13;
        return Envelope.TryGetProperty("fields", out var fields) && !IsFlat(fields) ? 15 : null;
    }

    /// <summary>Reads concatenated objects; <c>Broken</c> when the text behind the last one is not JSON.</summary>
    public static (List<HecEvent> Events, bool Broken) ReadAll(ReadOnlySpan<byte> body)
    {
        var events = new List<HecEvent>();
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { AllowMultipleValues = true });
        try
        {
            while (reader.Read())
            {
                using var document = JsonDocument.ParseValue(ref reader);
                events.Add(new(document.RootElement.Clone()));
            }

            return (events, false);
        }
        catch (JsonException)
        {
            return (events, true);
        }
    }

    private static bool IsFlat(JsonElement fields) => fields.ValueKind == JsonValueKind.Object
        && fields.EnumerateObject().All(f => f.Value.ValueKind is JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False);
}
