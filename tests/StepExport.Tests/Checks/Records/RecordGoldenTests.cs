using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using StepExport.Core.Formats;
using StepExport.Core.Ocsf;
using StepExport.Testing;

namespace StepExport.Tests.Checks.Records;

/// <summary>Every kind of record about a check, as OCSF 1.8.0 and 1.1.0 and in the other formats. <c>UPDATE_FORMATS=1</c> writes the expected files
/// anew; read the difference.</summary>
public sealed class RecordGoldenTests
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly Dictionary<string, RecordFormat> Formats = new()
    {
        ["ocsf"] = new(OcsfVersion.V1_8_0),
        ["ocsf-1.1.0"] = new(OcsfVersion.V1_1_0),
        ["ecs"] = new(OutputFormat.Ecs),
        ["cim"] = new(OutputFormat.Cim),
    };

    public static TheoryData<string, string> Cases => [.. from kind in SomeRecords.Kinds.Keys from format in Formats.Keys select (kind, format)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Record_is_the_expected_event(string kind, string format)
    {
        var text = Encoding.UTF8.GetString(Formats[format].Render(SomeRecords.Kinds[kind]().Body.Span, new ArrayBufferWriter<byte>()));
        Assert.DoesNotContain('\n', text);
        var actual = JsonNode.Parse(text, documentOptions: new() { AllowDuplicateProperties = false })!;
        var path = RepositoryRoot.Combine("tests", "StepExport.Tests", "Checks", "Records", "Golden", $"{kind}.{format}.json");
        if (Environment.GetEnvironmentVariable("UPDATE_FORMATS") == "1") File.WriteAllText(path, actual.ToJsonString(Indented) + "\n");
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(File.ReadAllText(path)), actual), actual.ToJsonString(Indented));
    }
}
