using System.Text.Json;
using System.Text.Json.Nodes;
using StepExport.Core.Formats;
using StepExport.Testing;
using StepExport.Tests.Normalization;

namespace StepExport.Tests.Formats;

/// <summary>One finding of each type in each format. <c>UPDATE_FORMATS=1</c> writes the expected files anew; read the difference.</summary>
public sealed class FormatGoldenTests
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static TheoryData<string, string> Cases =>
        [.. from folder in Directory.GetDirectories(ProjectFiles.Golden).Order(StringComparer.Ordinal) from format in (string[])["ecs", "cim", "raw"] select (Path.GetFileName(folder), format)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Finding_becomes_the_expected_event(string type, string format)
    {
        var actual = Rendered.Object(OutputFormats.Parse(format), $"{type}/case");
        var path = RepositoryRoot.Combine("tests", "StepExport.Tests", "Formats", "Golden", type, $"case.{format}.json");
        if (Environment.GetEnvironmentVariable("UPDATE_FORMATS") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, actual.ToJsonString(Indented) + "\n");
        }

        var expected = JsonNode.Parse(File.ReadAllText(path))!;
        Assert.True(JsonNode.DeepEquals(expected, actual), actual.ToJsonString(Indented));
    }
}
