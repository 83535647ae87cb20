using System.Text.Json;
using System.Text.Json.Nodes;

namespace StepExport.Configuration;

/// <summary>Reads single values: replaces references, checks type, words and limits.</summary>
internal sealed class LeafReader(ProblemLog problems)
{
    /// <summary>The value as JSON that reads into <paramref name="type"/>; null when a problem was reported.</summary>
    public JsonNode? Read(ConfigNode node, Type type, IReadOnlyList<ConstraintAttribute> constraints, string path)
    {
        if (node is not ScalarNode scalar)
        {
            problems.Add(path, $"must be {Expected(type)}, not {node.Kind}");
            return null;
        }

        if (type == typeof(Secret)) return ReadSecret(scalar, constraints, path);
        if (scalar.Type == ScalarType.Text && !ReferencesResolve(scalar.Text, path)) return null;
        var json = ToJson(scalar);
        var problem = Convert(json, scalar, type, out var value)
            ?? constraints.Where(c => !c.OnWhole).Select(c => c.Problem(value!)).FirstOrDefault(p => p is not null);
        if (problem is null) return json;
        problems.Add(path, problem);
        return null;
    }

    private JsonValue? ReadSecret(ScalarNode scalar, IReadOnlyList<ConstraintAttribute> constraints, string path)
    {
        if (scalar.Type != ScalarType.Text)
            problems.Add(path, "must be text; put it in quotes");
        else if (scalar.Text.Length == 0)
            problems.Add(path, "is empty; give it a value or remove the key");
        else if (ReferencesResolve(scalar.Text, path))
        {
            if (References.Find(scalar.Text).Count == 0) problems.WarnOfClearSecret(path);
            var value = References.Replace(scalar.Text);
            foreach (var danger in constraints.Select(c => c.Danger(value)).OfType<string>()) problems.Warn(path, danger);
            return JsonValue.Create(scalar.Text);
        }

        return null;
    }

    private bool ReferencesResolve(string text, string path)
    {
        var found = References.Problems(text);
        foreach (var problem in found) problems.Add(path, problem);
        if (found.Count > 0) return false;
        foreach (var reference in References.Find(text)) problems.Hide(References.Replace(reference), reference);
        return true;
    }

    private static JsonNode ToJson(ScalarNode scalar) => scalar.Type switch
    {
        ScalarType.Boolean => JsonValue.Create(bool.Parse(scalar.Text)),
        ScalarType.Number => JsonNode.Parse(scalar.Text)!,
        _ => JsonValue.Create(References.Replace(scalar.Text)),
    };

    /// <summary>Null when <paramref name="value"/> was read, else what is wrong.</summary>
    private static string? Convert(JsonNode json, ScalarNode scalar, Type type, out object? value)
    {
        value = null;
        var isText = scalar.Type == ScalarType.Text;
        if (isText && scalar.Text.Length == 0) return "is empty; give it a value or remove the key";
        if (type == typeof(string) && !isText) return $"must be text, not {scalar.Kind}; put it in quotes: \"{scalar.Text}\"";
        if (type.IsEnum && isText && OneOfAttribute.Check(json.GetValue<string>(), ConfigJson.Words(type)) is { } unknown) return unknown;
        try
        {
            value = json.Deserialize(type, ConfigJson.Options);
            return null;
        }
        catch (FormatException e)
        {
            return e.Message;
        }
        catch (JsonException)
        {
            return $"must be {Expected(type)}, not {(isText ? $"'{json.GetValue<string>()}'" : scalar.Kind)}";
        }
    }

    private static string Expected(Type type) => Type.GetTypeCode(type) switch
    {
        _ when type.IsEnum => $"one of {string.Join(", ", ConfigJson.Words(type))}",
        TypeCode.Boolean => "true or false",
        TypeCode.Byte or TypeCode.Int16 or TypeCode.Int32 or TypeCode.Int64 => "a whole number",
        TypeCode.Single or TypeCode.Double or TypeCode.Decimal => "a number",
        _ when type == typeof(Duration) => "a duration like 5s",
        _ when type == typeof(ByteSize) => "a size like 10MB",
        _ => "text",
    };
}
