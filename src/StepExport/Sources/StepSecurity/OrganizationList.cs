using System.Text.Json;

namespace StepExport.Sources.StepSecurity;

/// <summary>The names in an answer about a tenant's organizations. Seen are a list of objects and clients that expect more than that,
/// so names and objects are taken, in an array, under a member or as its members.</summary>
internal static class OrganizationList
{
    private static readonly string[] Members = ["organizations", "result", "data"];
    private static readonly string[] Names = ["organization", "owner", "name"];

    /// <returns>The names, or null when there is no list in it.</returns>
    public static IReadOnlyList<string>? Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var list = document.RootElement;
            var depth = 0;
            for (; depth < 2 && list.ValueKind == JsonValueKind.Object; depth++)
            {
                var name = Members.FirstOrDefault(member => list.TryGetProperty(member, out _));
                if (name is null) break;
                list = list.GetProperty(name);
            }

            IEnumerable<JsonElement>? entries = list.ValueKind switch
            {
                JsonValueKind.Array => list.EnumerateArray(),
                JsonValueKind.Null => [],
                JsonValueKind.Object when depth > 0 => list.EnumerateObject().Select(entry => entry.Value),
                _ => null,
            };
            return entries is null ? null : [.. entries.Select(NameOf).OfType<string>().Where(IsName).Distinct(StringComparer.OrdinalIgnoreCase)];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string? NameOf(JsonElement entry)
    {
        if (entry.ValueKind == JsonValueKind.String) return entry.GetString();
        if (entry.ValueKind != JsonValueKind.Object) return null;
        foreach (var name in Names)
        {
            if (entry.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String) return value.GetString();
        }

        return null;
    }

    private static bool IsName(string name) => name.Length is > 0 and <= 200 && !name.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c is '/');
}
