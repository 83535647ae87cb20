using System.Text.Json;
using System.Text.Json.Nodes;
using StepExport.Tests.Normalization;
using static StepExport.Tests.Formats.Rendered;

namespace StepExport.Tests.Formats;

/// <summary>The models' field lists are those of CIM 6: required fields, and the words that some of them prescribe.</summary>
public sealed class CimTests
{
    private static readonly string[] Alerts = ["app", "description", "dest", "id", "severity", "signature", "signature_id", "src", "type", "user"];
    private static readonly string[] IntrusionDetection = ["action", "category", "dvc", "ids_type", "severity", "signature", "vendor_product"];

    private static readonly string[] Change =
    [
        "action", "change_type", "command", "dest", "dvc", "object", "object_attrs", "object_category", "object_id", "src", "status", "user", "vendor_product",
    ];

    private static readonly string[] Changes = ["Source-Code-Overwritten", "Harden-Runner-Config-Changed"];

    private static readonly Dictionary<string, string[]> Prescribed = new()
    {
        ["severity"] = ["critical", "high", "medium", "low", "informational"],
        ["type"] = ["alarm", "alert", "event", "task", "warning"],
        ["ids_type"] = ["network", "host", "application", "wireless"],
        ["status"] = ["success", "failure"],
    };

    public static TheoryData<string> Cases => [.. ProjectFiles.Cases];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Everything_is_flat(string name) => Assert.All(Cim(name, new() { IncludeRaw = true }), field =>
    {
        Assert.DoesNotContain('.', field.Key);
        Assert.True(field.Value!.GetValueKind() is JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False, field.Key);
    });

    [Theory]
    [MemberData(nameof(Cases))]
    public void What_the_models_require_is_there_and_in_their_words(string name)
    {
        var found = Cim(name);
        var isChange = Changes.Contains(found.TextAt("signature_id"));
        foreach (var field in (string[])[.. Alerts, .. isChange ? Change : IntrusionDetection])
            Assert.False(string.IsNullOrEmpty(found.TextAt(field)), $"{field} is missing");
        foreach (var (field, words) in Prescribed)
        {
            if (found.TextAt(field) is { } word) Assert.Contains(word, words);
        }

        Assert.Contains(found.TextAt("action"), isChange ? ["modified"] : (string[])["allowed", "blocked"]);
        Assert.Equal(isChange, found.ContainsKey("change_type"));
        Assert.Equal(!isChange, found.ContainsKey("ids_type"));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Time_comes_first(string name) => Assert.StartsWith("""{"time":""", Text(Core.Formats.OutputFormat.Cim, name), StringComparison.Ordinal);

    [Fact]
    public void Where_it_happened_falls_back_to_a_word_that_CIM_knows()
    {
        var found = Cim("""{"id":"Reverse-Shell"}""");
        Assert.Equal(("unknown", "unknown", "unknown"), (found.TextAt("src"), found.TextAt("dest"), found.TextAt("user")));
        Assert.Equal("acme", Cim("""{"id":"Reverse-Shell","owner":"acme"}""").TextAt("dest"));
    }

    [Fact]
    public void Repository_is_the_destination_and_the_other_end_has_fields_of_its_own()
    {
        var found = Cim("Reverse-Shell/case");
        Assert.Equal(
            ("step-security/poc-workflows", "0.tcp.us-cal-1.ngrok.io", 17658, "T1059.004,T1095", "TA0002,TA0011"),
            (found.TextAt("dest"), found.TextAt("dest_host"), found["dest_port"]!.GetValue<int>(), found.TextAt("mitre_technique_id"), found.TextAt("mitre_tactic_id")));
    }

    [Fact]
    public void Change_that_was_stopped_has_failed()
    {
        var found = Cim("""{"id":"Source-Code-Overwritten","file":"a.c","path":"/src/a.c","is_lockdown":true}""");
        Assert.Equal(("failure", "blocked", "modified"), (found.TextAt("status"), found.TextAt("result"), found.TextAt("action")));
        Assert.Equal(("a.c", "/src/a.c", "file"), (found.TextAt("object"), found.TextAt("object_path"), found.TextAt("object_category")));
    }

    [Theory]
    [InlineData("fatal", "critical", 6)]
    [InlineData("unknown", "informational", 0)]
    [InlineData("low", "low", 2)]
    public void Severity_is_one_of_five_words_beside_the_exact_number(string severity, string word, int id)
    {
        var found = Cim($$"""{"type":"Threat-Intelligence","severity":"{{severity}}"}""");
        Assert.Equal((word, id), (found.TextAt("severity"), found["severity_id"]!.GetValue<int>()));
    }

    [Fact]
    public void Payload_cannot_become_a_field()
    {
        var found = Cim("""{"id":"X","severity":"none","user":"mallory","unmapped":{"dest":"evil"},"a.b":[{"c":"\"d\""}]}""");
        Assert.Equal(("medium", "unknown", "unknown"), (found.TextAt("severity"), found.TextAt("user"), found.TextAt("dest")));
        var rest = JsonNode.Parse(found.TextAt("unmapped")!)!;
        Assert.Equal(("mallory", "\"d\""), (rest["user"]!.GetValue<string>(), rest["a.b"]![0]!["c"]!.GetValue<string>()));
    }
}
