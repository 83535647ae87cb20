using System.Text.Json;
using System.Text.Json.Nodes;
using StepExport.Core.Normalization;

namespace StepExport.Tests.Normalization;

public sealed class GoldenTests
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static TheoryData<string> Cases => [.. ProjectFiles.Cases];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Detection_becomes_the_expected_event(string name)
    {
        var path = Path.Combine(ProjectFiles.Golden, name);
        var actual = Normalized.Event(File.ReadAllText(path + ".input.json"));
        var expected = JsonNode.Parse(File.ReadAllText(path + ".expected.json"))!;
        Assert.True(JsonNode.DeepEquals(expected, actual), actual.ToJsonString(Indented));
    }

    [Theory]
    [InlineData("commit")]
    [InlineData("network")]
    [InlineData("policy")]
    [InlineData("process")]
    [InlineData("secret")]
    public void Event_equals_the_mapping_example(string family)
    {
        Assert.SkipWhen(ProjectFiles.Ocsf is null, "the OCSF material is not beside the project");
        var expected = JsonNode.Parse(File.ReadAllText(Path.Combine(ProjectFiles.Ocsf, "examples", family + ".json")))!.AsObject();
        var raw = expected["raw_data"]!.GetValue<string>();
        var actual = Normalized.Event(raw, new NormalizationSettings { IncludeRaw = true });

        // The rule for the uid came after the examples.
        actual["metadata"]!.AsObject().Remove("uid");
        expected["metadata"]!.AsObject().Remove("uid");
        Assert.True(JsonNode.DeepEquals(expected, actual), actual.ToJsonString(Indented));
    }

    [Fact]
    public void Every_mapper_has_a_golden_case()
    {
        var types = DetectionMappers.All.Select(mapper => mapper.Facts.Type).Append("Generic");
        Assert.All(types, type => Assert.True(File.Exists(Path.Combine(ProjectFiles.Golden, type, "case.expected.json")), type));
    }

    [Fact]
    public void Every_mapper_class_is_in_the_list_once()
    {
        var classes = typeof(IDetectionMapper).Assembly.GetTypes()
            .Where(type => type.IsAssignableTo(typeof(IDetectionMapper)) && type.IsClass)
            .Select(type => type.Name);
        var listed = DetectionMappers.All.Append(DetectionMappers.Generic).Select(mapper => mapper.GetType().Name);
        Assert.Equal(classes.Order(), listed.Order());
    }

    [Fact]
    public void No_two_mappers_answer_to_the_same_type()
    {
        var names = DetectionMappers.All.SelectMany(mapper => mapper.Facts.Aliases.Append(mapper.Facts.Type)).ToList();
        Assert.Equal(names.Distinct(), names);
    }

    [Fact]
    public void Samples_are_one_detection_of_each_documented_type()
    {
        var types = Directory.GetFiles(ProjectFiles.Samples, "*.json").Select(file => JsonNode.Parse(File.ReadAllText(file))!["id"]!.GetValue<string>());
        Assert.Equal(14, types.Distinct().Count());
        Assert.All(types, type => Assert.Contains(DetectionMappers.All, mapper => mapper.Facts.Type == type));
    }
}
