using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using StepExport.Core.Formats;
using StepExport.Tests.Normalization;

namespace StepExport.Tests.Formats;

/// <summary>Findings that no mapper of today makes: of another version of the program, or of a mapper to come.</summary>
public sealed class FindingReaderTests
{
    [Fact]
    public void Attribute_that_nobody_knows_is_kept_whole()
    {
        var own = Ecs("""{"time":1,"vulnerabilities":[{"cve":{"uid":"CVE-1"}}],"finding_info":{"title":"t","kill_chain":[1]}}""")["stepsecurity"]!;
        Assert.Equal("""[{"cve":{"uid":"CVE-1"}}]""", own["vulnerabilities"]!.ToJsonString());
        Assert.Equal("""{"title":"t","kill_chain":[1]}""", own["finding_info"]!.ToJsonString());
    }

    [Fact]
    public void Evidence_that_fields_tell_whole_is_not_told_twice()
    {
        var ecs = Ecs("""{"evidences":[{"name":"Process","process":{"pid":1,"name":"a"}}]}""");
        Assert.Equal(("a", null), (ecs.TextAt("process.name"), ecs.At("stepsecurity.evidences")));
    }

    [Fact]
    public void Evidences_are_kept_when_there_are_several_and_their_processes_do_not_mix()
    {
        var ecs = Ecs("""{"evidences":[{"process":{"pid":1}},{"process":{"pid":2,"name":"b"},"file":{"name":"f"}}]}""");
        Assert.Equal((1, null, "f"), (ecs.At("process.pid")!.GetValue<int>(), ecs.TextAt("process.name"), ecs.TextAt("file.name")));
        Assert.Equal(2, ecs.At("stepsecurity.evidences")!.AsArray().Count);
    }

    [Theory]
    [InlineData("""{"evidences":[{"process":{"pid":1,"uid":"x"}}]}""")]
    [InlineData("""{"evidences":[{"process":{"pid":1}},"text"]}""")]
    [InlineData("""{"evidences":[{"process":{"pid":1}},{"file":{"name":"f"}}]}""")]
    [InlineData("""{"evidences":{"process":7}}""")]
    [InlineData("""{"evidences":[{"resources":[{"type":"GitHub Action","role":"Target","name":"a"}]}]}""")]
    public void Evidence_with_more_in_it_is_kept(string body) => Assert.NotNull(Ecs(body).At("stepsecurity.evidences"));

    [Theory]
    [InlineData("""{"resources":[{"type":"Repository","name":"a/b","namespace":"a","role":"Affected","role_id":3,"owner":{"name":"a"}}]}""", false)]
    [InlineData("""{"resources":[{"type":"Repository","name":"a/b","labels":["x"]}]}""", true)]
    [InlineData("""{"resources":[{"type":"Workflow Job","name":"j","data":{"x":1}}]}""", true)]
    [InlineData("""{"resources":[{"type":"Repository","name":"a/b"},{"type":"Repository","name":"c/d"}]}""", true)]
    [InlineData("""{"resources":[{"type":"Build Log","uid":"1"}]}""", true)]
    public void Resources_are_kept_unless_fields_tell_them_whole(string body, bool kept) => Assert.Equal(kept, Ecs(body).At("stepsecurity.resources") is not null);

    [Fact]
    public void Only_the_resources_that_fields_do_not_tell_are_kept()
    {
        const string body = """{"resources":[{"type":"Repository","name":"a/b"},{"type":"Build Log","uid":"1"},{"type":"X"}]}""";
        const string kept = """[{"type":"Build Log","uid":"1"},{"type":"X"}]""";
        Assert.Equal(kept, Ecs(body).At("stepsecurity.resources")!.ToJsonString());
        Assert.Equal(kept, JsonNode.Parse(Rendered.Text(OutputFormat.Cim, Encoding.UTF8.GetBytes(body)))!.TextAt("resources"));
    }

    [Fact]
    public void Resources_that_are_no_objects_are_kept_with_the_others() =>
        Assert.Equal("""["x",{"type":"X"}]""", Ecs("""{"resources":["x",{"type":"X"}]}""").At("stepsecurity.resources")!.ToJsonString());

    [Fact]
    public void Hosts_addresses_and_hashes_are_related_once_each()
    {
        var related = Ecs("""{"observables":[{"type_id":1,"value":"h"},{"type_id":2,"value":"::1"},{"type_id":1,"value":"h"},{"type_id":9,"value":"p"}]}""")["related"]!;
        Assert.Equal("""{"hosts":["h"],"ip":["::1"]}""", related.ToJsonString());
    }

    [Fact]
    public void Workflow_is_a_label_when_nothing_else_tells_where_it_was() =>
        Assert.Equal("a.yml", Rendered.Ecs("""{"id":"X","workflow_path":"a.yml"}""").TextAt("labels.cicd_pipeline_name"));

    [Fact]
    public void Deepest_detection_is_read()
    {
        var body = $$$"""{"unmapped":{"a":{{{new string('[', 60)}}}{{{new string(']', 60)}}}},"evidences":[{"data":{"a":{{{new string('[', 60)}}}{{{new string(']', 60)}}}}}]}""";
        Assert.NotNull(Ecs(body).At("stepsecurity.unmapped.a"));
    }

    [Fact]
    public void Rendering_allocates_nothing()
    {
        var body = Normalized.Of(File.ReadAllText(Path.Combine(ProjectFiles.Golden, "Reverse-Shell", "case.input.json")), new() { IncludeRaw = true }).Body.WrittenSpan;
        var scratch = new ArrayBufferWriter<byte>(64 * 1024);
        foreach (var format in (RecordFormat[])[new(OutputFormat.Ecs), new(OutputFormat.Cim), new(OutputFormat.Raw)])
        {
            for (var i = 0; i < 10; i++) format.Render(body, scratch);
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 100; i++) format.Render(body, scratch);
            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }

    private static JsonObject Ecs(string body) => JsonNode.Parse(Rendered.Text(OutputFormat.Ecs, Encoding.UTF8.GetBytes(body)), documentOptions: new JsonDocumentOptions { MaxDepth = 128 })!.AsObject();
}
