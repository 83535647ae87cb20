using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using StepExport.Core.Checks;
using StepExport.Core.Formats;
using StepExport.Core.Model;
using StepExport.Tests.Formats;
using StepExport.Tests.Normalization;

namespace StepExport.Tests.Checks.Records;

/// <summary>An approved finding is told again: the same, but suppressed, by whom and when.</summary>
public sealed class FindingUpdateTests
{
    private static readonly string[] Changed =
        ["activity_id", "activity_name", "type_uid", "type_name", "time", "status_id", "status", "status_detail", "comment", "is_alert", "metadata"];

    private static readonly UnpublishedEvent Approval = SomeRecords.Line(CheckEventKind.Approved, "alice", ApprovalVia.GitHub, "known mirror");

    public static TheoryData<string> Cases => [.. ProjectFiles.Cases];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Everything_but_its_state_stays(string name)
    {
        var finding = SomeRecords.Finding(name);
        var before = JsonNode.Parse(finding.Record.Span)!.AsObject();
        var record = SomeRecords.Update(Approval, finding);
        var after = record.Json();

        Assert.Equal(before.Select(member => member.Key).Except(Changed).ToHashSet(), after.Select(member => member.Key).Except(Changed).ToHashSet());
        Assert.All(before.Where(member => !Changed.Contains(member.Key)), member => Assert.True(JsonNode.DeepEquals(member.Value, after[member.Key]), member.Key));
        Assert.Equal((2, 200402, 3, "Suppressed"), ((int)after["activity_id"]!, (int)after["type_uid"]!, (int)after["status_id"]!, (string?)after["status"]));
        Assert.Equal(("Approved by alice on GitHub", "known mirror"), ((string?)after["status_detail"], (string?)after["comment"]));
        Assert.Equal(SomeRecords.At.ToUnixTimeMilliseconds(), (long)after["time"]!);
        Assert.False((bool)after["is_alert"]!);
        var (was, now) = (before["metadata"]!.AsObject(), after["metadata"]!.AsObject());
        Assert.Equal(["log_name", "log_provider", "uid"], was.Where(member => !JsonNode.DeepEquals(member.Value, now[member.Key])).Select(member => member.Key).Order());
        Assert.Equal(("StepExport", Convert.ToHexStringLower(record.Uid)), ((string?)now["log_provider"], (string?)now["uid"]));
    }

    [Fact]
    public void Its_header_says_what_its_body_says()
    {
        var record = SomeRecords.Update(Approval, SomeRecords.Finding("New-Outbound-Network-Call/case") with { Severity = Severity.High });
        Assert.Equal(
            (SomeRecords.At.ToUnixTimeMilliseconds(), Severity.High, FindingStatus.Suppressed, "New-Outbound-Network-Call", "acme/api"),
            (record.TimeMs, record.Severity, record.Status, Encoding.UTF8.GetString(record.Type), Encoding.UTF8.GetString(record.Repository)));
    }

    [Theory]
    [InlineData(1_000_000, 1)]
    [InlineData(10, 120)]
    public void It_may_be_as_large_and_as_deep_as_any_finding(int length, int depth)
    {
        var deep = string.Concat(Enumerable.Repeat("{\"\\u0061\\\"}\":[", depth / 2)) + $"\"{new string('é', length)}\"" + string.Concat(Enumerable.Repeat("]}", depth / 2));
        var body = $$$"""{"class_uid":2004,"metadata":{"uid":"x","deep":{}},"unmapped":{{{deep}}},"status":"New"}""";
        var text = Encoding.UTF8.GetString(SomeRecords.Update(Approval, SomeRecords.Finding(Encoding.UTF8.GetBytes(body))).Body.Span);
        Assert.Contains(deep, text, StringComparison.Ordinal);
        Assert.Equal("Suppressed", (string?)JsonNode.Parse(text, documentOptions: new() { MaxDepth = 200 })!["status"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"metadata\":{")]
    [InlineData("{\"a\":1")]
    public void What_is_no_finding_is_refused(string body) =>
        Assert.ThrowsAny<JsonException>(() => SomeRecords.Update(Approval, SomeRecords.Finding(Encoding.UTF8.GetBytes(body))));

    [Fact]
    public void Deeper_than_any_finding_can_be_is_refused() => Assert.ThrowsAny<JsonException>(() =>
        SomeRecords.Update(Approval, SomeRecords.Finding(Encoding.UTF8.GetBytes($$"""{"unmapped":{{new string('[', 10_000)}}{{new string(']', 10_000)}}}"""))));

    [Fact]
    public void Format_raw_tells_the_approval_and_not_once_more_the_detection()
    {
        var finding = SomeRecords.Finding("New-Outbound-Network-Call/case");
        Assert.DoesNotContain("class_uid", Rendered.Text(OutputFormat.Raw, finding.Record.Span), StringComparison.Ordinal);
        var update = SomeRecords.Update(Approval, finding).Body;
        Assert.Equal(Encoding.UTF8.GetString(update.Span), Rendered.Text(OutputFormat.Raw, update.Span));
    }

    [Fact]
    public void No_text_of_a_detection_makes_format_raw_take_it_for_an_update()
    {
        const string detection = """{"id":"X","owner":"\"log_provider\":\"StepExport\"","name":"\"log_provider\":\"StepExport\""}""";
        Assert.Equal(detection, Rendered.Text(OutputFormat.Raw, detection));
    }
}
