using System.Text.Json.Nodes;

namespace StepExport.Tests.Configuration.Schema;

/// <summary>The groups of keys that stand in several places of the schema: equal names with equal keys.</summary>
internal sealed class SharedGroups
{
    private readonly Dictionary<string, (string Name, string Around, JsonObject Schema, int Places)> _seen = [];

    public SharedGroups(JsonObject schema)
    {
        foreach (var (name, part) in schema["properties"]!.AsObject()) VisitKeys(name, part!.AsObject());
        foreach (var (name, part) in schema["$defs"]!.AsObject()) VisitKeys(name, part!.AsObject());
        TellApart();
    }

    public IEnumerable<(string Name, JsonObject Schema)> All =>
        _seen.Values.Where(g => g.Places > 1).Select(g => (g.Name, g.Schema)).OrderBy(g => g.Name, StringComparer.Ordinal);

    public bool Has(JsonObject group) => _seen.TryGetValue(Fingerprint(group), out var found) && found.Places > 1;

    public string NameOf(JsonObject group) => _seen[Fingerprint(group)].Name;

    /// <summary>Of different groups with the same name, the one in most places keeps it; the others get the name of what is around them, too.</summary>
    private void TellApart()
    {
        var twins = _seen.Where(g => g.Value.Places > 1).GroupBy(g => g.Value.Name).SelectMany(same => same.OrderByDescending(g => g.Value.Places).Skip(1)).ToArray();
        foreach (var (print, group) in twins) _seen[print] = group with { Name = $"{group.Around} {group.Name}" };
    }

    private void VisitKeys(string around, JsonObject group)
    {
        foreach (var (name, node) in group["properties"]?.AsObject() ?? [])
        {
            var property = node!.AsObject();
            var inner = property["items"] as JsonObject ?? property["additionalProperties"] as JsonObject ?? property;
            if (!inner.ContainsKey("properties")) continue;
            var print = Fingerprint(inner);
            var isNew = !_seen.TryGetValue(print, out var known);
            _seen[print] = isNew ? (name, around, inner, 1) : known with { Places = known.Places + 1 };
            // What stands inside a group that was seen is no further place.
            if (isNew) VisitKeys(name, inner);
        }
    }

    /// <summary>Without the description, which says what the group is for at this place.</summary>
    private static string Fingerprint(JsonObject group) => $"{group["properties"]!.ToJsonString()} {group["required"]?.ToJsonString()}";
}
