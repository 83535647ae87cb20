using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using StepExport.Configuration;

namespace StepExport.Tests.Configuration.Schema;

/// <summary>Writes the JSON schema of the configuration from the very records that it is read into: names and types from
/// them, defaults from an instance, limits from the constraints, descriptions from the summaries.</summary>
internal sealed class SchemaGenerator(XmlDocs docs)
{
    private const string Reference = @"\$\{(env|file):[^}]+\}";

    public JsonObject Generate(ComponentFactories factories)
    {
        var root = Object(typeof(ExportConfig));
        var definitions = new JsonObject();
        var properties = root["properties"]!.AsObject();
        properties["sources"] = Components(nameof(ExportConfig.Sources), "source", [.. factories.Sources.Select(f => (f.Type, f.ConfigType))], definitions);
        properties["sinks"] = Components(nameof(ExportConfig.Sinks), "sink", [.. factories.Sinks.Select(f => (f.Type, f.ConfigType))], definitions);
        root["required"] = new JsonArray("sources", "sinks");
        root.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        root.Insert(1, "title", "StepExport configuration");
        root["$defs"] = definitions;
        return root;
    }

    /// <summary>A map of named components, each shaped by its <c>type</c>: if/then instead of oneOf, because editors then
    /// complain about the one kind that was meant and not about all of them.</summary>
    private JsonObject Components(string property, string one, IReadOnlyList<(string Type, Type Config)> kinds, JsonObject definitions)
    {
        var branches = new JsonArray();
        foreach (var (type, config) in kinds)
        {
            var id = $"{one}.{type}";
            var section = Object(config);
            section["properties"]!["type"]!["const"] = type;
            definitions[id] = section;
            branches.Add(new JsonObject
            {
                ["if"] = new JsonObject { ["properties"] = new JsonObject { ["type"] = new JsonObject { ["const"] = type } }, ["required"] = new JsonArray("type") },
                ["then"] = new JsonObject { ["$ref"] = $"#/$defs/{id}" },
            });
        }

        return new()
        {
            ["description"] = docs.Of(typeof(ExportConfig).GetProperty(property)!),
            ["type"] = "object",
            ["minProperties"] = 1,
            ["propertyNames"] = new JsonObject { ["pattern"] = $"^{ComponentReader.NamePattern}$" },
            ["additionalProperties"] = new JsonObject
            {
                ["type"] = "object",
                ["required"] = new JsonArray("type"),
                ["properties"] = new JsonObject
                {
                    ["type"] = new JsonObject { ["description"] = $"Kind of {one}.", ["enum"] = new JsonArray([.. kinds.Select(k => JsonValue.Create(k.Type))]) },
                },
                ["allOf"] = branches,
            },
        };
    }

    private JsonObject Object(Type type)
    {
        var shape = ConfigJson.Options.GetTypeInfo(type);
        var defaults = Activator.CreateInstance(type)!;
        var properties = new JsonObject();
        // Inherited keys come first: type, then what all sinks have, then the sink's own.
        foreach (var property in ConfigJson.Keys(shape).OrderBy(p => Depth(((PropertyInfo)p.AttributeProvider!).DeclaringType!)))
            properties[property.Name] = Property(property, defaults);
        var result = new JsonObject { ["description"] = docs.Of(type), ["type"] = "object", ["additionalProperties"] = false, ["properties"] = properties };
        var required = shape.Properties.Where(p => p.IsRequired).Select(p => JsonValue.Create(p.Name)).ToArray();
        if (required.Length > 0) result["required"] = new JsonArray(required);
        return result;
    }

    private JsonObject Property(JsonPropertyInfo property, object defaults)
    {
        var constraints = ConfigJson.Constraints(property);
        var schema = Value(property.PropertyType, constraints);
        schema["description"] = docs.Of((PropertyInfo)property.AttributeProvider!);
        var isSection = ConfigJson.Options.GetTypeInfo(property.PropertyType).Kind == JsonTypeInfoKind.Object;
        if (!isSection && !property.IsRequired && property.Get!(defaults) is { } value)
            schema["default"] = JsonSerializer.SerializeToNode(value, property.PropertyType, ConfigJson.Options);
        foreach (var constraint in constraints.Where(c => c.OnWhole)) constraint.Describe(schema);
        return schema;
    }

    private JsonObject Value(Type type, IReadOnlyList<ConstraintAttribute> constraints)
    {
        var shape = ConfigJson.Options.GetTypeInfo(type);
        return shape.Kind switch
        {
            JsonTypeInfoKind.Object => Object(type),
            JsonTypeInfoKind.Enumerable => new() { ["type"] = "array", ["items"] = Value(shape.ElementType!, constraints) },
            JsonTypeInfoKind.Dictionary => new() { ["type"] = "object", ["additionalProperties"] = Value(shape.ElementType!, constraints) },
            _ => Leaf(Nullable.GetUnderlyingType(type) ?? type, constraints),
        };
    }

    private static JsonObject Leaf(Type type, IReadOnlyList<ConstraintAttribute> constraints)
    {
        var schema = type switch
        {
            _ when type.IsEnum => new JsonObject { ["enum"] = new JsonArray([.. ConfigJson.Words(type).Select(w => JsonValue.Create(w))]) },
            _ when type == typeof(Duration) => Text($"^[0-9]+(ms|s|m|h|d)$|{Reference}"),
            _ when type == typeof(ByteSize) => Text($"^[0-9]+(B|KB|MB|GB|TB)$|{Reference}"),
            _ when type == typeof(bool) => new JsonObject { ["type"] = "boolean" },
            _ when type == typeof(int) || type == typeof(long) => new JsonObject { ["type"] = "integer" },
            _ when type == typeof(double) => new JsonObject { ["type"] = "number" },
            _ when type == typeof(Secret) => new JsonObject { ["type"] = "string", ["minLength"] = 1, ["format"] = "password" },
            _ when type == typeof(string) => new JsonObject { ["type"] = "string", ["minLength"] = 1 },
            _ => throw new NotSupportedException($"how does {type} look in the schema?"),
        };
        foreach (var constraint in constraints.Where(c => !c.OnWhole)) constraint.Describe(schema);
        return schema;
    }

    private static JsonObject Text(string pattern) => new() { ["type"] = "string", ["pattern"] = pattern };

    private static int Depth(Type type) => type.BaseType is { } parent ? Depth(parent) + 1 : 0;
}
