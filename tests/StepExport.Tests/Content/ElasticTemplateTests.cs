using System.Text.Json.Nodes;
using StepExport.Testing;
using StepExport.Tests.Formats;
using StepExport.Tests.Normalization;

namespace StepExport.Tests.Content;

/// <summary>The templates in <c>config/elastic</c> fit what format ecs writes.</summary>
public sealed class ElasticTemplateTests
{
    private static readonly JsonObject Mappings = Read("mappings.json")["template"]!["mappings"]!.AsObject();

    public static TheoryData<string> Cases => [.. ProjectFiles.Cases];

    public static TheoryData<string> EcsPaths => [.. EcsFields.Types.Keys];

    /// <remarks><see cref="EcsTests"/> holds every event to these fields.</remarks>
    [Theory]
    [MemberData(nameof(EcsPaths))]
    public void Every_field_of_the_format_is_mapped_to_its_type(string path) =>
        Assert.Equal((path, EcsFields.Types[path].TrimEnd('[', ']')), (path, Mapping(path)?.TextAt("type")));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Nothing_of_an_event_is_left_to_guesses(string name)
    {
        var names = Rendered.Ecs(name, new() { IncludeRaw = true }).Select(f => f.Key);
        Assert.Empty(names.Except(Mappings["properties"]!.AsObject().Select(p => p.Key)));
    }

    [Fact]
    public void What_the_vendor_sends_takes_no_field_each_and_no_depth_or_length_is_refused()
    {
        var own = Mapping("stepsecurity")!;
        Assert.Equal("flattened", own.TextAt("type"));
        Assert.True(own["depth_limit"]!.GetValue<int>() >= Core.Formats.RawText.MaxDepth);
        // Longer in UTF-8 than this and Lucene refuses the document, of which nobody but its sender hears
        Assert.InRange(own["ignore_above"]!.GetValue<int>(), 1, 32766 / 4);
        Assert.Equal("keyword", Mappings["dynamic_templates"]!.AsArray().Select(t => t!["labels_are_keywords"]).OfType<JsonObject>().Single().TextAt("mapping.type"));
    }

    [Theory]
    [MemberData(nameof(EcsPaths))]
    public void No_keyword_is_too_long_to_be_indexed(string path)
    {
        var mapping = Mapping(path)!;
        if (mapping.TextAt("type") == "keyword" && mapping["index"] is null) Assert.Equal((path, 1024), (path, mapping["ignore_above"]?.GetValue<int>()));
    }

    [Fact]
    public void Events_name_the_data_stream_that_the_template_is_for()
    {
        var stream = Rendered.Ecs("Reverse-Shell/case")["data_stream"]!;
        Assert.Equal($"{stream["type"]}-{stream["dataset"]}-*", Read("template.json")["index_patterns"]!.AsArray().Single()!.GetValue<string>());
        foreach (var part in (string[])["type", "dataset"]) Assert.Equal(stream.TextAt(part), Mapping($"data_stream.{part}")!.TextAt("value"));
        Assert.Equal("8.17.0", Read("mappings.json").TextAt("_meta.ecs_version"));
    }

    [Fact]
    public void The_templates_and_the_pipeline_that_are_named_are_those_that_are_installed()
    {
        var install = File.ReadAllText(RepositoryRoot.Combine("config", "elastic", "README.md"));
        var named = Read("template.json")["composed_of"]!.AsArray().Select(c => c!.GetValue<string>())
            .Except(Read("template.json")["ignore_missing_component_templates"]!.AsArray().Select(c => c!.GetValue<string>()));
        Assert.All(named, name => Assert.Contains($"_component_template/{name} ", install, StringComparison.Ordinal));
        Assert.Contains($"_ingest/pipeline/{Read("settings.json").TextAt("template.settings.index.default_pipeline")} ", install, StringComparison.Ordinal);
    }

    private static JsonNode? Mapping(string path) => path.Split('.').Aggregate((JsonNode?)Mappings, (at, name) => at?["properties"]?[name]);

    private static JsonObject Read(string file) => JsonNode.Parse(File.ReadAllText(RepositoryRoot.Combine("config", "elastic", file)))!.AsObject();
}
