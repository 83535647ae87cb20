using System.Text;
using System.Text.Json;

namespace StepExport.Sinks.SplunkHec;

/// <summary>Splunk's answer, or that of something in between.</summary>
internal readonly record struct HecResponse
{
    private const int TextLimit = 200;

    /// <summary>HTTP status.</summary>
    public required int Status { get; init; }

    /// <summary>Splunk's <c>code</c>; null when the body is not Splunk's JSON.</summary>
    public int? Code { get; init; }

    /// <summary><c>invalid-event-number</c>, counted from 0; null when missing or not a whole number.</summary>
    public int? InvalidEvent { get; init; }

    /// <summary>Id to ask for whether the events are indexed; null when the token does not use acknowledgement.</summary>
    public long? AckId { get; init; }

    /// <summary>The <c>Set-Cookie</c> headers, or null.</summary>
    public IReadOnlyList<string>? SetCookies { get; init; }

    /// <summary>Splunk's <c>text</c>, or the beginning of a foreign body; printable, at most 200 characters.</summary>
    public string Text { get; init; }

    /// <summary>From the header of that name.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Never throws: whatever is not understood is left null.</summary>
    public static HecResponse Parse(int status, ReadOnlyMemory<byte> body, TimeSpan? retryAfter = null)
    {
        var response = new HecResponse { Status = status, Text = Printable(Encoding.UTF8.GetString(body.Span)), RetryAfter = retryAfter };
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object) return response;
            var hasText = root.TryGetProperty("text", out var text) && text.ValueKind == JsonValueKind.String;
            return response with
            {
                Code = Number(root, "code"),
                AckId = root.TryGetProperty("ackId", out var id) && id.ValueKind == JsonValueKind.Number && id.TryGetInt64(out var ack) ? ack : null,
                InvalidEvent = Number(root, "invalid-event-number"),
                Text = hasText ? Printable(text.GetString()!) : response.Text,
            };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Not Splunk's JSON (a proxy's page) or a string that is not Unicode: the status says what there is to know.
            return response;
        }
    }

    private static int? Number(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number : null;

    /// <summary>The text reaches logs and dead letters, and a foreign server may have written it.</summary>
    private static string Printable(string text)
    {
        var cut = text.Length > TextLimit ? text[..TextLimit] : text;
        return string.Create(cut.Length, cut, static (destination, source) =>
        {
            for (var i = 0; i < source.Length; i++) destination[i] = char.IsControl(source[i]) ? ' ' : source[i];
        });
    }
}
