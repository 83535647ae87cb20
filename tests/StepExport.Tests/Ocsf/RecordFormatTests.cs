using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using StepExport.Core.Formats;
using StepExport.Core.Ocsf;
using StepExport.Tests.Normalization;

namespace StepExport.Tests.Ocsf;

public sealed class RecordFormatTests
{
    [Fact]
    public void Current_version_is_the_journals_own_bytes()
    {
        var body = Encoding.UTF8.GetBytes("{}");
        Assert.True(RecordFormat.Default.Render(body, new ArrayBufferWriter<byte>()) == body);
    }

    [Fact]
    public void Every_version_names_itself() => Assert.All(OcsfVersions.Texts, text =>
        Assert.Equal(text, Render("Reverse-Shell/case", text)["metadata"]!["version"]!.GetValue<string>()));

    [Theory]
    [InlineData("1.3.0", 1, "Allowed")]
    [InlineData("1.5.0", 3, "Observed")]
    public void Observed_is_allowed_before_1_4(string version, int id, string caption)
    {
        var finding = Render("Reverse-Shell/case", version);
        Assert.Equal((id, caption), (finding["action_id"]!.GetValue<int>(), finding["action"]!.GetValue<string>()));
    }

    [Fact]
    public void Attributes_that_are_not_known_yet_are_left_out()
    {
        var finding = Render("Secret-In-Build-Log/case", "1.3.0");
        Assert.Null(finding["is_alert"]);
        Assert.Null(finding["device"]);
        Assert.Null(finding["finding_info"]!["tags"]);
        Assert.Null(finding["metadata"]!["log_format"]);
        Assert.Null(finding["evidences"]![0]!["name"]);
        Assert.Null(finding["resources"]![4]!["data_classifications"]);
        Assert.Equal("""["security_control"]""", finding["metadata"]!["profiles"]!.ToJsonString());
        Assert.NotNull(finding["evidences"]![0]!["url"]);
        Assert.Null(Render("Secret-In-Build-Log/case", "1.1.0")["evidences"]![0]!["url"]);
    }

    [Fact]
    public void Host_name_with_an_underscore_becomes_a_plain_name_before_1_4()
    {
        var older = Render("New-Outbound-Network-Call/underscore-host", "1.3.0");
        Assert.Equal("my_bucket.s3.example.com", older["evidences"]![0]!["dst_endpoint"]!["name"]!.GetValue<string>());
        Assert.Null(older["evidences"]![0]!["dst_endpoint"]!["hostname"]);
        Assert.DoesNotContain(older["observables"]!.AsArray(), one => one!["type"]!.GetValue<string>() == "Hostname");
        Assert.Equal("my_bucket.s3.example.com", Render("New-Outbound-Network-Call/underscore-host", "1.5.0")["evidences"]![0]!["dst_endpoint"]!["hostname"]!.GetValue<string>());
    }

    [Fact]
    public void Observable_types_that_are_not_known_yet_keep_their_caption()
    {
        var observable = Render("Reverse-Shell/case", "1.1.0")["observables"]!.AsArray().Single(one => one!["name"]!.GetValue<string>() == "evidences[0].process.pid")!;
        Assert.Equal((99, "Process ID"), (observable["type_id"]!.GetValue<int>(), observable["type"]!.GetValue<string>()));
    }

    [Theory]
    [InlineData("1.5.0", false)]
    [InlineData("1.6.0", true)]
    public void Patch_is_no_method_before_1_6(string version, bool known) =>
        Assert.Equal(known, Render("HTTPS-Outbound-Network-Call/hooks", version)["evidences"]![0]!["http_request"]!["http_method"] is not null);

    [Theory]
    [InlineData("1.5.0", "Regular File")]
    [InlineData("1.6.0", "Executable File")]
    public void Executable_file_is_a_type_since_1_6(string version, string type) =>
        Assert.Equal(type, Render("Reverse-Shell/case", version)["evidences"]![0]!["process"]!["file"]!["type"]!.GetValue<string>());

    [Fact]
    public void What_is_unmapped_stays_untouched_in_every_version() => Assert.All(OcsfVersions.Texts, text =>
        Assert.Equal("""{"matrix":[[1,2],[{"deep":null}]]}""", Render("""{"id":"X","matrix":[[1,2],[{"deep":null}]]}""", text)["unmapped"]!.ToJsonString()));

    private static JsonNode Render(string detection, string version)
    {
        if (!detection.StartsWith('{')) detection = File.ReadAllText(Path.Combine(ProjectFiles.Golden, detection + ".input.json"));
        return JsonNode.Parse(new RecordFormat(OcsfVersions.Parse(version)).Render(Normalized.Of(detection).Body.WrittenSpan, new ArrayBufferWriter<byte>()))!;
    }
}
