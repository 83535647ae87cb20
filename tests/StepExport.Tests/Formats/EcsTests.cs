using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using StepExport.Core.Formats;
using StepExport.Core.Normalization;
using StepExport.Tests.Checks.Records;
using StepExport.Tests.Normalization;
using static StepExport.Tests.Formats.Rendered;

namespace StepExport.Tests.Formats;

public sealed class EcsTests
{
    public static TheoryData<string> Cases => [.. ProjectFiles.Cases];

    public static TheoryData<string> CheckKinds => [.. SomeRecords.Kinds.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_field_is_one_of_ECS_and_of_its_type(string name) => AssertFields(Ecs(name, new() { IncludeRaw = true }));

    [Theory]
    [MemberData(nameof(CheckKinds))]
    public void What_is_said_of_checks_keeps_to_ECS(string kind)
    {
        var found = JsonNode.Parse(Text(OutputFormat.Ecs, SomeRecords.Kinds[kind]().Body.Span), documentOptions: new() { AllowDuplicateProperties = false })!.AsObject();
        AssertFields(found);
        AssertCategorization(found);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Categorization_keeps_to_the_allowed_words(string name) => AssertCategorization(Ecs(name));

    [Theory]
    [MemberData(nameof(Cases))]
    public void What_a_data_stream_needs_is_always_there(string name)
    {
        var found = Ecs(name);
        Assert.Equal("8.17.0", found.TextAt("ecs.version"));
        Assert.Equal(
            ("logs", "stepsecurity.detection", "default", "stepsecurity.detection"),
            (found.TextAt("data_stream.type"), found.TextAt("data_stream.dataset"), found.TextAt("data_stream.namespace"), found.TextAt("event.dataset")));
        foreach (var path in (string[])["@timestamp", "message", "event.id", "event.code", "event.action", "rule.name", "labels.status", "labels.finding_uid"])
            Assert.False(string.IsNullOrEmpty(found.TextAt(path)), path);
        Assert.Equal("@timestamp", found.First().Key);
    }

    [Theory]
    [InlineData("Reverse-Shell/case", "process,intrusion_detection", "start,info")]
    [InlineData("Runner-Worker-Memory-Read/case", "process,intrusion_detection", "access,info")]
    [InlineData("Domain-Blocked/case", "network,intrusion_detection", "connection,denied")]
    [InlineData("HTTPS-Outbound-Network-Call/case", "api,web", "access,info")]
    [InlineData("Source-Code-Overwritten/case", "file,intrusion_detection", "change,info")]
    [InlineData("Harden-Runner-Config-Changed/case", "configuration,intrusion_detection", "change,info")]
    [InlineData("Action-Uses-Imposter-Commit/case", "package,intrusion_detection", "info")]
    [InlineData("Secrets-Policy-Blocked/case", "intrusion_detection", "denied")]
    [InlineData("Threat-Intelligence/case", "threat", "indicator")]
    [InlineData("Generic/case", "intrusion_detection", "info")]
    public void Family_and_outcome_decide_the_categories(string name, string categories, string types)
    {
        var found = Ecs(name);
        Assert.Equal(categories, string.Join(',', found.At("event.category")!.AsArray()));
        Assert.Equal(types, string.Join(',', found.At("event.type")!.AsArray()));
        Assert.Equal(types.EndsWith("denied", StringComparison.Ordinal) ? "failure" : null, found.TextAt("event.outcome"));
    }

    [Fact]
    public void Command_line_becomes_the_argument_vector_again()
    {
        string[] arguments = ["/bin/sh", "-c", "echo 'it''s' \"quoted\\\" | tr 'a b' \t", "", "plain=1", "'", "é\u0001"];
        var processes = new JsonArray(new JsonObject { ["pid"] = "1", ["exe"] = "/bin/sh", ["arguments"] = new JsonArray([.. arguments.Select(a => JsonValue.Create(a))]) });
        var found = Ecs(new JsonObject { ["id"] = "Reverse-Shell", ["process_events"] = processes }.ToJsonString());
        Assert.Equal(arguments, found.At("process.args")!.AsArray().Select(a => a!.GetValue<string>()));
    }

    [Fact]
    public void Tool_without_a_process_id_is_a_process_all_the_same()
    {
        var found = Ecs("New-Outbound-Network-Call/api");
        var hash = found.TextAt("process.hash.sha256");
        Assert.Equal((found.TextAt("file.name"), found.TextAt("file.hash.sha256")), (found.TextAt("process.name"), hash));
        Assert.Contains(hash, found.At("related.hash")!.AsArray().Select(h => h!.GetValue<string>()));
    }

    [Fact]
    public void Raw_text_is_the_original() =>
        Assert.Equal("""{"id":"X", "n": 1.50}""", Ecs("""{"id":"X", "n": 1.50}""", new NormalizationSettings { IncludeRaw = true }).TextAt("event.original"));

    [Theory]
    [InlineData("file", "README.MD", null)]
    [InlineData("path", "/src/a.c", "/src")]
    [InlineData("path", "/a.c", "/")]
    [InlineData("path", "/s\"r\\c/a.c", "/s\"r\\c")]
    public void Directory_is_the_path_before_the_name(string member, string value, string? directory) =>
        Assert.Equal(directory, Ecs(new JsonObject { ["id"] = "Source-Code-Overwritten", [member] = value }.ToJsonString()).TextAt("file.directory"));

    [Theory]
    [InlineData("informational", 5)]
    [InlineData("low", 21)]
    [InlineData("medium", 47)]
    [InlineData("high", 73)]
    [InlineData("critical", 99)]
    [InlineData("fatal", 99)]
    [InlineData("unknown", null)]
    public void Risk_is_on_the_scale_of_Elastics_rules(string severity, int? risk) =>
        Assert.Equal(risk, Ecs($$"""{"type":"Threat-Intelligence","severity":"{{severity}}"}""").At("event.risk_score")?.GetValue<int>());

    private static void AssertFields(JsonObject found)
    {
        foreach (var (path, value) in Fields("", found))
        {
            Assert.True(EcsFields.Types.TryGetValue(path, out var type), $"{path} is not in ECS");
            Assert.True(Fits(value, type!), $"{path} is no {type}: {value.ToJsonString()}");
        }
    }

    private static void AssertCategorization(JsonObject found)
    {
        Assert.Contains(found.TextAt("event.kind"), EcsFields.Kinds);
        if (found.TextAt("event.outcome") is { } outcome) Assert.Contains(outcome, EcsFields.Outcomes);
        var types = found.At("event.type")!.AsArray().Select(t => t!.GetValue<string>()).ToList();
        var expected = found.At("event.category")!.AsArray().Select(c => EcsFields.Categories[c!.GetValue<string>()]).ToList();
        Assert.All(types, type => Assert.Contains(expected, category => category.Contains(type)));
        Assert.All(expected, category => Assert.Contains(types, category.Contains));
    }

    private static IEnumerable<(string Path, JsonNode Value)> Fields(string path, JsonNode node)
    {
        if (node is not JsonObject o) return [(path, node)];
        return o.Where(m => path.Length > 0 || !EcsFields.Own.Contains(m.Key)).SelectMany(member =>
        {
            Assert.DoesNotContain('.', member.Key);
            return Fields(path.Length == 0 ? member.Key : $"{path}.{member.Key}", member.Value!);
        });
    }

    private static bool Fits(JsonNode value, string type)
    {
        if (type.EndsWith("[]", StringComparison.Ordinal)) return value is JsonArray { Count: > 0 } array && array.All(one => Fits(one!, type[..^2]));
        return type switch
        {
            "long" => value.GetValueKind() == JsonValueKind.Number && long.TryParse(value.ToJsonString(), out _),
            "float" => value.GetValueKind() == JsonValueKind.Number,
            "boolean" => value.GetValueKind() is JsonValueKind.True or JsonValueKind.False,
            "date" => DateTimeOffset.TryParseExact(value.GetValue<string>(), "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _),
            "ip" => IPAddress.TryParse(value.GetValue<string>(), out _),
            _ => value.GetValueKind() == JsonValueKind.String && value.GetValue<string>().Length > 0,
        };
    }
}
