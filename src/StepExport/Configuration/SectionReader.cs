using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace StepExport.Configuration;

/// <summary>Reads a part of the tree strictly after the shape of a record, and reports everything that does not fit.</summary>
/// <remarks>
/// The result is JSON that System.Text.Json reads into the record without a further error. Values that were reported are left
/// out of it, so that the section can be checked further for other mistakes.
/// </remarks>
internal sealed class SectionReader(ProblemLog problems)
{
    private readonly LeafReader _leaves = new(problems);

    /// <summary>The JSON of a section; null when it is not a group of keys or lacks a required one.</summary>
    /// <param name="node">What stands in the file.</param>
    /// <param name="type">The record to read it into.</param>
    /// <param name="path">Where it stands in the tree.</param>
    /// <param name="elsewhere">Keys that belong here but are read by somebody else.</param>
    public JsonObject? ReadSection(ConfigNode node, Type type, string path, params string[] elsewhere) =>
        ReadObject(node, ConfigJson.Options.GetTypeInfo(type), path, elsewhere);

    /// <summary>The entries of a map under distinct keys; reports the keys that come twice.</summary>
    public IEnumerable<(MapEntry Entry, string Path)> Distinct(MapNode map, string path)
    {
        var first = new Dictionary<string, Position>(StringComparer.Ordinal);
        foreach (var entry in map.Entries)
        {
            var at = ConfigPath.Join(path, entry.Key);
            if (first.TryAdd(entry.Key, entry.KeyAt))
            {
                problems.Place(at, entry.Value is ScalarNode { Type: not ScalarType.Null } ? entry.Value.At : entry.KeyAt);
                yield return (entry, at);
            }
            else
            {
                problems.Add(entry.KeyAt, at, FormattableString.Invariant($"is given twice, first on line {first[entry.Key].Line}; remove one"));
            }
        }
    }

    private JsonObject? ReadObject(ConfigNode node, JsonTypeInfo type, string path, params string[] elsewhere)
    {
        if (node is not MapNode map)
        {
            ReportKind(node, path, "a group of keys (key: value)");
            return null;
        }

        var keys = ConfigJson.Keys(type).ToDictionary(p => p.Name, StringComparer.Ordinal);
        var present = new HashSet<string>(StringComparer.Ordinal);
        var result = new JsonObject();
        foreach (var (entry, at) in Distinct(map, path))
        {
            present.Add(entry.Key);
            if (elsewhere.Contains(entry.Key)) continue;
            if (!keys.TryGetValue(entry.Key, out var property))
                problems.Add(entry.KeyAt, at, $"unknown key; {Suggestion.For(entry.Key, [.. keys.Keys, .. elsewhere])}");
            else if (ReadProperty(entry.Value, property, at) is { } value)
                result[entry.Key] = value;
        }

        foreach (var key in keys.Values.Where(p => p.IsRequired && !present.Contains(p.Name)))
            problems.Add(ConfigPath.Join(path, key.Name), "is missing; add it");
        return keys.Values.All(p => !p.IsRequired || result.ContainsKey(p.Name)) ? result : null;
    }

    private JsonNode? ReadProperty(ConfigNode node, JsonPropertyInfo property, string path)
    {
        var constraints = ConfigJson.Constraints(property);
        var value = ReadValue(node, property.PropertyType, constraints, path);
        if (value is JsonArray items)
        {
            foreach (var constraint in constraints.Where(c => c.OnWhole))
                if (constraint.Problem(items) is { } problem) problems.Add(path, problem);
        }

        return value;
    }

    private JsonNode? ReadValue(ConfigNode node, Type type, IReadOnlyList<ConstraintAttribute> constraints, string path)
    {
        if (node is ScalarNode { Type: ScalarType.Null })
        {
            problems.Add(path, "has no value; give it one or remove the key");
            return null;
        }

        var shape = ConfigJson.Options.GetTypeInfo(type);
        return shape.Kind switch
        {
            JsonTypeInfoKind.Object => ReadObject(node, shape, path),
            JsonTypeInfoKind.Enumerable => ReadList(node, shape.ElementType!, constraints, path),
            JsonTypeInfoKind.Dictionary => ReadMap(node, shape.ElementType!, constraints, path),
            _ => _leaves.Read(node, Nullable.GetUnderlyingType(type) ?? type, constraints, path),
        };
    }

    private JsonArray? ReadList(ConfigNode node, Type element, IReadOnlyList<ConstraintAttribute> constraints, string path)
    {
        if (node is not ListNode list)
        {
            ReportKind(node, path, node is ScalarNode ? "a list, like [a, b]" : "a list");
            return null;
        }

        var result = new JsonArray();
        for (var i = 0; i < list.Items.Count; i++)
        {
            var at = ConfigPath.Item(path, i);
            problems.Place(at, list.Items[i].At);
            if (ReadValue(list.Items[i], element, constraints, at) is { } value) result.Add(value);
        }

        return result;
    }

    private JsonObject? ReadMap(ConfigNode node, Type element, IReadOnlyList<ConstraintAttribute> constraints, string path)
    {
        if (node is not MapNode map)
        {
            ReportKind(node, path, "a group of keys (key: value)");
            return null;
        }

        var result = new JsonObject();
        foreach (var (entry, at) in Distinct(map, path))
            if (ReadValue(entry.Value, element, constraints, at) is { } value) result[entry.Key] = value;
        return result;
    }

    private void ReportKind(ConfigNode node, string path, string expected) =>
        problems.Add(path, node is ScalarNode { Type: ScalarType.Null }
            ? $"has no value; write {expected} or remove the key"
            : $"must be {expected}, not {node.Kind}");
}
