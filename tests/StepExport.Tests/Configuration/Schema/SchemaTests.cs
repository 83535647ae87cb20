using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using StepExport.Cli;
using StepExport.Configuration;

namespace StepExport.Tests.Configuration.Schema;

public sealed class SchemaTests
{
    private static readonly JsonSerializerOptions Layout = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>After a change of a configuration record: <c>UPDATE_SCHEMA=1</c> in the environment writes the file anew.</summary>
    [Fact]
    public void The_checked_in_schema_is_that_of_the_records()
    {
        var expected = Generate(Composition.Factories).ToJsonString(Layout).ReplaceLineEndings("\n") + "\n";
        CheckIn(CheckedIn.Config(Resources.Schema), expected);
        Assert.Equal(expected, Resources.Read(Resources.Schema));
    }

    /// <summary>Written anew together with the schema.</summary>
    [Fact]
    public void The_checked_in_reference_is_that_of_the_records() => CheckIn(CheckedIn.Doc("configuration-reference.md"), Reference());

    [Fact]
    public void Every_link_in_the_reference_leads_to_a_heading()
    {
        var text = Reference();
        var headings = Regex.Matches(text, "^#{2,3} (.+)$", RegexOptions.Multiline)
            .Select(m => m.Groups[1].Value.Replace("`", "", StringComparison.Ordinal).Replace(' ', '-').ToLowerInvariant()).ToArray();
        Assert.Equal(headings.Distinct(), headings);
        Assert.Empty(Regex.Matches(text, @"\(#([^)]+)\)").Select(m => m.Groups[1].Value).Except(headings));
    }

    [Fact]
    public void The_reference_speaks_in_plain_words()
    {
        var text = new ReferenceWriter(Generate(TestFactories.All), new(CheckedIn.Config(""))).Write();
        Assert.Contains("| `token` | secret | *required* |  | Who. |", text, StringComparison.Ordinal);
        Assert.Contains("| `mode` | one of `off`, `auto`, `whenRequired` | `off` |  | How. |", text, StringComparison.Ordinal);
        Assert.Contains("| `endpoints` | list of text | *required* |  | Where to. |", text, StringComparison.Ordinal);
        Assert.Contains("| `maxEventSize` | size | `1MB` | 1KB to 64MB |", text, StringComparison.Ordinal);
        Assert.Contains("| `timeout` | duration | `30s` | 100ms to 1h |", text, StringComparison.Ordinal);
        Assert.Contains("| `drainTimeout` | duration | `25s` | 0s to 1h |", text, StringComparison.Ordinal);
        Assert.DoesNotContain("$ref", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_key_is_described()
    {
        var undocumented = Keys(Generate(Composition.Factories), "")
            .Where(k => string.IsNullOrEmpty((string?)k.Schema["description"])).Select(k => k.Path);
        Assert.Empty(undocumented);
    }

    [Fact]
    public void Every_number_duration_and_size_has_limits()
    {
        var open = from type in Composition.Factories.Sources.Select(f => f.ConfigType).Concat(Composition.Factories.Sinks.Select(f => f.ConfigType)).Append(typeof(ExportConfig)).SelectMany(WithGroups)
                   from key in ConfigJson.Keys(ConfigJson.Options.GetTypeInfo(type))
                   let value = Nullable.GetUnderlyingType(key.PropertyType) ?? key.PropertyType
                   where value == typeof(int) || value == typeof(long) || value == typeof(Duration) || value == typeof(ByteSize)
                   where ConfigJson.Constraints(key).Count == 0
                   select $"{type.Name}.{key.Name}";
        Assert.Empty(open.Distinct());
    }

    [Fact]
    public void A_section_shows_types_defaults_limits_and_words()
    {
        var sink = Generate(TestFactories.All)["$defs"]!["sink.splunk_hec"]!;
        Assert.Equal("splunk_hec", (string?)sink["properties"]!["type"]!["const"]);
        Assert.Equal(["endpoints", "token", "type"], sink["required"]!.AsArray().Select(r => (string)r!).Order());
        Assert.Equal((1, 64, 4), ((long)sink["properties"]!["inFlight"]!["minimum"]!, (long)sink["properties"]!["inFlight"]!["maximum"]!, (int)sink["properties"]!["inFlight"]!["default"]!));
        Assert.Equal(["off", "auto", "whenRequired"], sink["properties"]!["mode"]!["enum"]!.AsArray().Select(w => (string)w!));
        Assert.Equal("30s", (string?)sink["properties"]!["timeout"]!["default"]);
        Assert.Matches((string)sink["properties"]!["timeout"]!["pattern"]!, "250ms");
        Assert.DoesNotMatch((string)sink["properties"]!["timeout"]!["pattern"]!, "250");
        Assert.False((bool)sink["additionalProperties"]!);
    }

    private static JsonObject Generate(ComponentFactories factories) =>
        new SchemaGenerator(new(typeof(ExportConfig).Assembly, typeof(TestFactories).Assembly)).Generate(factories);

    private static string Reference() => new ReferenceWriter(Generate(Composition.Factories), new(CheckedIn.Config(""))).Write();

    private static void CheckIn(string file, string expected)
    {
        if (Environment.GetEnvironmentVariable("UPDATE_SCHEMA") == "1")
        {
            File.WriteAllText(file, expected);
            Assert.Skip($"{file} was written anew; build again");
        }

        Assert.Equal(expected, File.ReadAllText(file));
    }

    /// <summary>A record with the records in it, in lists and maps too.</summary>
    private static IEnumerable<Type> WithGroups(Type type) => ConfigJson.Options.GetTypeInfo(type) is var shape && shape.ElementType is { } element
        ? WithGroups(element)
        : ConfigJson.Keys(shape).SelectMany(key => WithGroups(key.PropertyType)).Prepend(type);

    private static IEnumerable<(string Path, JsonObject Schema)> Keys(JsonObject schema, string path)
    {
        foreach (var (name, value) in schema)
        {
            if (value is not JsonObject child) continue;
            if (name == "properties")
                foreach (var (key, property) in child) yield return ($"{path}.{key}", property!.AsObject());
            foreach (var nested in Keys(child, name is "properties" or "$defs" ? path : $"{path}.{name}")) yield return nested;
        }
    }
}
