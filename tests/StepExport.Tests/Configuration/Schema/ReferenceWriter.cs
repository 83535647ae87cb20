using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace StepExport.Tests.Configuration.Schema;

/// <summary>Writes the schema of the configuration for people: a page with a section per key, per kind of source and sink, and
/// one per group of keys that stands in several places.</summary>
internal sealed class ReferenceWriter
{
    private readonly JsonObject _schema;
    private readonly ReferenceExamples _examples;
    private readonly SharedGroups _shared;
    private readonly StringBuilder _contents = new();
    private readonly StringBuilder _body = new();

    public ReferenceWriter(JsonObject schema, ReferenceExamples examples)
    {
        _schema = schema;
        _examples = examples;
        _shared = new(schema);
    }

    public string Write()
    {
        Top();
        Components("sources", "source", "Source");
        Components("sinks", "sink", "Sink");
        Groups();
        return $"""
            <!-- Generated from the configuration's records, as config/stepexport.schema.json is: 'make schema' writes it anew. Do not edit. -->
            # Configuration reference

            Every key, with its default and its limits. How to write durations, sizes and secrets, and how mistakes look:
            [Configuration](configuration.md).

            A default of *required* means: the key must be there (in a group that is there). A dash means: none.

            {_contents}{_body}
            """.TrimEnd() + "\n";
    }

    private void Top()
    {
        foreach (var (name, node) in Properties(_schema).Where(p => p.Name is not ("sources" or "sinks")))
        {
            Heading(2, $"`{name}`");
            var isGroup = node.ContainsKey("properties");
            Line(isGroup ? Description(node) : "");
            Table(isGroup ? Rows(node, "") : Row(name, node, false));
        }
    }

    private void Components(string key, string one, string title)
    {
        Heading(2, $"`{key}`");
        Line(Description(_schema["properties"]![key]!.AsObject()));
        var kinds = _schema["$defs"]!.AsObject().Where(d => d.Key.StartsWith($"{one}.", StringComparison.Ordinal))
            .Select(d => (Type: d.Key[(one.Length + 1)..], Schema: d.Value!.AsObject())).ToArray();
        Line($"`type` says what it is: {string.Join(", ", kinds.Select(k => Link($"`{k.Type}`", $"{title} `{k.Type}`")))}.");

        var common = Properties(kinds[0].Schema).Select(p => p.Name)
            .Where(name => name != "type" && kinds.All(k => JsonNode.DeepEquals(k.Schema["properties"]![name], kinds[0].Schema["properties"]![name])))
            .ToHashSet();
        Heading(3, $"Every {one}");
        Table(Rows(kinds[0].Schema, "", common.Contains));
        foreach (var (type, schema) in kinds)
        {
            Heading(3, $"{title} `{type}`");
            Line(Description(schema));
            var rows = Rows(schema, "", name => name != "type" && !common.Contains(name));
            Line($"{(rows.Length > 0 ? "Besides" : "Only")} what {Link($"every {one}", $"Every {one}")} can be told{(rows.Length > 0 ? ":" : ".")}");
            Table(rows);
            if (_examples.Find(key, type) is { } example)
                Line($"For example, in [{example.File}](../config/{example.File}):\n\n```yaml\n{example.Text}\n```");
        }
    }

    private void Groups()
    {
        Heading(2, "Groups");
        Line("Groups of keys that stand in several places.");
        foreach (var (name, schema) in _shared.All)
        {
            Heading(3, GroupTitle(name));
            Table(Rows(schema, ""));
        }
    }

    private string Rows(JsonObject group, string path, Func<string, bool>? wanted = null)
    {
        var required = group["required"]?.AsArray().Select(r => (string)r!).ToHashSet() ?? [];
        return string.Concat(Properties(group).Where(p => wanted?.Invoke(p.Name) ?? true)
            .Select(p => Row(path + p.Name, p.Schema, required.Contains(p.Name))));
    }

    /// <summary>The row of a key; those of its own keys follow, unless they have a section.</summary>
    private string Row(string path, JsonObject schema, bool isRequired)
    {
        var inner = schema["items"] as JsonObject ?? schema["additionalProperties"] as JsonObject ?? schema;
        var row = $"| `{path}` | {TypeOf(schema)} | {(isRequired ? "*required*" : Default(schema))} | {Range(schema, inner)} | {Description(schema)} |\n";
        var isInline = inner.ContainsKey("properties") && !_shared.Has(inner);
        return isInline ? row + Rows(inner, schema.ContainsKey("items") ? $"{path}[]." : $"{path}.") : row;
    }

    private string TypeOf(JsonObject schema) => schema switch
    {
        _ when schema["items"] is JsonObject item => $"list of {TypeOf(item)}",
        _ when schema["additionalProperties"] is JsonObject value => $"names, each with {TypeOf(value)}",
        _ when schema.ContainsKey("properties") => _shared.Has(schema) ? Link("group", GroupTitle(_shared.NameOf(schema))) : "group",
        _ when schema["enum"] is JsonArray words => $"one of {string.Join(", ", words.Select(w => $"`{w}`"))}",
        _ when (string?)schema["format"] == "password" => "secret",
        _ when (string?)schema["pattern"] is { } pattern => pattern.Contains("ms|", StringComparison.Ordinal) ? "duration" : "size",
        _ => (string?)schema["type"] switch
        {
            "string" => "text",
            "boolean" => "`true` or `false`",
            "integer" => "whole number",
            "number" => "number",
            var other => throw new NotSupportedException($"how is {other} called?"),
        },
    };

    private static string Range(JsonObject schema, JsonObject inner) =>
        inner["minimum"] is { } min ? $"{Number(min)} to {Number(inner["maximum"]!)}"
        : (string?)inner["$comment"] ?? (schema.ContainsKey("minItems") ? "at least one" : "");

    private static string Number(JsonNode number) => number.GetValue<long>().ToString("#,0", CultureInfo.InvariantCulture);

    private static string Default(JsonObject schema) => schema["default"] switch
    {
        null => schema.ContainsKey("properties") ? "" : "–",
        JsonValue value when value.ToString().Length == 0 => "empty",
        JsonValue value => $"`{value}`",
        JsonArray { Count: > 0 } list => string.Join(", ", list.Select(v => $"`{v}`")),
        _ => "empty",
    };

    private static string Description(JsonObject schema) =>
        ((string)schema["description"]!).Replace("|", "\\|", StringComparison.Ordinal).Replace("*", "\\*", StringComparison.Ordinal)
            .Replace("<", "&lt;", StringComparison.Ordinal);

    private static IEnumerable<(string Name, JsonObject Schema)> Properties(JsonObject group) =>
        group["properties"]!.AsObject().Select(p => (p.Key, p.Value!.AsObject()));

    private static string GroupTitle(string name) => $"Group `{name}`";

    private void Heading(int level, string title)
    {
        _contents.Append(' ', (level - 2) * 2).Append("- ").Append(Link(title, title)).Append('\n');
        _body.Append('\n').Append('#', level).Append(' ').Append(title).Append('\n');
    }

    private void Table(string rows)
    {
        if (rows.Length > 0) _body.Append("\n| key | type | default | range | meaning |\n|---|---|---|---|---|\n").Append(rows);
    }

    private void Line(string text)
    {
        if (text.Length > 0) _body.Append('\n').Append(text).Append('\n');
    }

    private static string Link(string text, string title) => $"[{text}](#{Anchor(title)})";

    /// <summary>As GitHub makes it from a heading.</summary>
    private static string Anchor(string title) =>
        string.Concat(title.ToLowerInvariant().Where(c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '_')).Replace(' ', '-');
}
