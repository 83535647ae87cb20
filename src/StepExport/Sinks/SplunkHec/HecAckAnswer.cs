using System.Globalization;
using System.Text.Json;

namespace StepExport.Sinks.SplunkHec;

/// <summary>Answer of the acknowledgement endpoint: <c>{"acks":{"0":true,"1":false}}</c>.</summary>
/// <param name="Response">Status, and Splunk's code when it refused the question.</param>
/// <param name="Acknowledged">Ids that are indexed; null when the answer is not a well-formed 200, whatever else it is. An error
/// of this endpoint acknowledges nothing.</param>
internal readonly record struct HecAckAnswer(HecResponse Response, IReadOnlyList<long>? Acknowledged)
{
    /// <summary>The <c>Set-Cookie</c> headers, or null.</summary>
    public IReadOnlyList<string>? SetCookies { get; init; }

    /// <summary>Never throws: an answer that is not understood acknowledges nothing.</summary>
    public static HecAckAnswer Parse(int status, ReadOnlyMemory<byte> body)
    {
        if (status != 200) return new(HecResponse.Parse(status, body), null);
        try
        {
            using var document = JsonDocument.Parse(body);
            return new(new() { Status = status, Text = "" }, Read(document.RootElement));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a name that is not Unicode.
            return new(HecResponse.Parse(status, body), null);
        }
    }

    private static List<long>? Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("acks", out var acks) || acks.ValueKind != JsonValueKind.Object) return null;
        var acknowledged = new List<long>();
        foreach (var ack in acks.EnumerateObject())
        {
            if (!long.TryParse(ack.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var id)) return null;
            if (ack.Value.ValueKind == JsonValueKind.True) acknowledged.Add(id);
            else if (ack.Value.ValueKind != JsonValueKind.False) return null;
        }

        return acknowledged;
    }
}
