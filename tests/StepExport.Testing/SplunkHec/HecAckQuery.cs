using System.Text.Json;

namespace StepExport.Testing.SplunkHec;

/// <summary>The body of a poll: <c>{"acks":[0,1]}</c>.</summary>
internal static class HecAckQuery
{
    /// <returns>Null when it is something else.</returns>
    public static IReadOnlyList<long>? Read(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("acks", out var acks) || acks.ValueKind != JsonValueKind.Array) return null;
            var ids = new List<long>();
            foreach (var id in acks.EnumerateArray())
            {
                if (id.ValueKind != JsonValueKind.Number || !id.TryGetInt64(out var number)) return null;
                ids.Add(number);
            }

            return ids;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
