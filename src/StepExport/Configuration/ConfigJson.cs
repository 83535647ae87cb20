using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace StepExport.Configuration;

/// <summary>How configuration records are read by System.Text.Json: camelCase, nothing unknown, nothing twice, nothing null.</summary>
internal static class ConfigJson
{
    public static JsonSerializerOptions Options { get; } = Create();

    /// <summary>The keys of a section, without computed properties.</summary>
    public static IEnumerable<JsonPropertyInfo> Keys(JsonTypeInfo type) => type.Properties.Where(p => p.Set is not null);

    public static IReadOnlyList<ConstraintAttribute> Constraints(JsonPropertyInfo property) =>
        [.. property.AttributeProvider?.GetCustomAttributes(typeof(ConstraintAttribute), inherit: true).Cast<ConstraintAttribute>() ?? []];

    /// <summary>The words of an enumeration as they are written in the file.</summary>
    public static IReadOnlyList<string> Words(Type enumeration) =>
        [.. Enum.GetValues(enumeration).Cast<object>().Select(value => JsonSerializer.SerializeToElement(value, enumeration, Options).GetString()!)];

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            AllowDuplicateProperties = false,
            RespectNullableAnnotations = true,
            NumberHandling = JsonNumberHandling.Strict,
            Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
            TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
        };
        options.MakeReadOnly();
        return options;
    }
}
