using System.Text;
using StepExport.Testing;

namespace StepExport.EndToEndTests;

/// <summary><c>stepexport map</c> as a person at a shell uses it.</summary>
public sealed class MapTests
{
    private static readonly string[] Samples = [.. Directory.EnumerateFiles(RepositoryRoot.Combine("config", "samples"), "*.json")
        .Order(StringComparer.Ordinal).Select(File.ReadAllText)];

    public static TheoryData<string, string> Shapes => new()
    {
        { "one a line", string.Join('\n', Samples.Select(Compact)) },
        { "one array", $"[{string.Join(",\n", Samples)}]" },
        { "data envelope", "{\"data\":[" + string.Join(',', Samples) + "]}" },
        { "answer of the API", "{\"data\":{\"detections\":[" + string.Join(',', Samples) + "],\"has_more\":false}}" },
        { "concatenated", string.Concat(Samples.Select(Compact)) },
        { "pretty-printed", string.Join('\n', Samples) },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task Every_shape_gives_the_same_fourteen_findings(string shape, string input)
    {
        using var folder = new TemporaryFolder();
        var one = await ProgramUnderTest.RunWithInputAsync(folder.Path, Encoding.UTF8.GetBytes(Samples[0]), "map", "-");

        var (exitCode, output, errors) = await ProgramUnderTest.RunWithInputAsync(folder.Path, Encoding.UTF8.GetBytes(input), "map", "-");

        Assert.True(exitCode == 0, $"{shape}: {errors}");
        var findings = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(14, findings.Length);
        Assert.Equal(one.Output.TrimEnd(), findings[0]);
        Assert.Equal(14, findings.Distinct().Count());
    }

    [Fact]
    public async Task A_bad_line_is_told_with_its_position_and_the_others_are_mapped()
    {
        using var folder = new TemporaryFolder();
        folder.Write("in.ndjson", $"{Compact(Samples[0])}\n{{\"id\": oops}}\n{Compact(Samples[1])}\n");

        var (exitCode, output, errors) = await ProgramUnderTest.RunAsync(folder.Path, "map", "in.ndjson");

        Assert.Equal(1, exitCode);
        Assert.Equal(2, output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains("in.ndjson:2", errors, StringComparison.Ordinal);
    }

    private static string Compact(string json) => System.Text.Json.Nodes.JsonNode.Parse(json)!.ToJsonString();
}
