using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace StepExport.Testing.SplunkHec;

/// <summary>One object of a request body.</summary>
internal sealed record HecEvent(JsonElement Envelope)
{
    private static readonly string[] TextKeys = ["host", "source", "sourcetype", "index"];

    /// <summary>The token that it came with.</summary>
    public string Token { get; init; } = "";

    public JsonElement Event => Envelope.GetProperty("event");

    public JsonElement Fields => Envelope.GetProperty("fields");

    /// <summary>The index it is meant for; null = the token's default.</summary>
    public string? Index => Envelope.TryGetProperty("index", out var index) && index.ValueKind == JsonValueKind.String ? index.GetString() : null;

    /// <summary>The indexed field <c>event_uid</c>, else the event's <c>metadata.uid</c>; empty when there is none.</summary>
    public string Uid { get; } = Text(Envelope, "fields", "event_uid") ?? Text(Envelope, "event", "metadata", "uid") ?? "";

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

    /// <summary>Events of the raw endpoint: the metadata stands in the query.</summary>
    /// <param name="body">Text in UTF-8; what is JSON is kept as JSON.</param>
    /// <param name="query">index, host, source, sourcetype.</param>
    /// <param name="breaksLines">Every line an event, or the whole body one.</param>
    public static List<HecEvent> ReadRaw(ReadOnlySpan<byte> body, IReadOnlyDictionary<string, string> query, bool breaksLines)
    {
        var text = Encoding.UTF8.GetString(body);
        var pieces = breaksLines ? text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) : [text];
        return [.. pieces.Where(p => !string.IsNullOrWhiteSpace(p)).Select(p => Raw(p, query))];
    }

    private static HecEvent Raw(string piece, IReadOnlyDictionary<string, string> query)
    {
        var envelope = new JsonObject();
        foreach (var key in TextKeys)
        {
            if (query.TryGetValue(key, out var value)) envelope[key] = value;
        }

        try
        {
            envelope["event"] = JsonNode.Parse(piece);
        }
        catch (JsonException)
        {
            // Any text is an event.
            envelope["event"] = piece;
        }

        return new(JsonSerializer.SerializeToElement(envelope));
    }

    private static string? Text(JsonElement element, params ReadOnlySpan<string> path)
    {
        foreach (var key in path)
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(key, out element)) return null;
        }

        return element.ValueKind == JsonValueKind.String ? element.GetString() : null;
    }

    private static bool IsFlat(JsonElement fields) => fields.ValueKind == JsonValueKind.Object
        && fields.EnumerateObject().All(f => f.Value.ValueKind is JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False);
}
