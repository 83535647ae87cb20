using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using StepExport.Core.Checks;
using StepExport.Core.Checks.Records;
using StepExport.Core.Formats;
using StepExport.Core.Ocsf;
using StepExport.Sinks.Console;
using StepExport.Testing.Checks;
using StepExport.Tests.Formats;

namespace StepExport.Tests.Checks.Records;

/// <summary>What the records about checks are known by, and that nobody can make up one.</summary>
public sealed class CheckRecordsTests
{
    public static TheoryData<string> Kinds => [.. SomeRecords.Kinds.Keys];

    public static TheoryData<string, string> KindsAndFormats => [.. from kind in SomeRecords.Kinds.Keys from format in (string[])["ecs", "cim"] select (kind, format)];

    public static TheoryData<string> Versions => [.. OcsfVersions.Texts];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_same_event_has_the_same_bytes(string kind) =>
        Assert.True(SomeRecords.Kinds[kind]().Encoded.Span.SequenceEqual(SomeRecords.Kinds[kind]().Encoded.Span));

    [Fact]
    public void Records_that_tell_another_thing_have_another_uid()
    {
        var line = SomeRecords.Line(CheckEventKind.Approved, "alice", ApprovalVia.Page);
        var finding = SomeFinding.Failing();
        byte[][] uids =
        [
            SomeRecords.Result(line).Uid.ToArray(), SomeRecords.Approval(line).Uid.ToArray(), SomeRecords.Approval(line with { Id = 8 }).Uid.ToArray(),
            SomeRecords.Approval(line with { Event = line.Event with { At = line.Event.At.AddMilliseconds(1) } }).Uid.ToArray(),
            SomeRecords.Approval(line with { Check = line.Check with { Key = SomeFinding.Run(2) } }).Uid.ToArray(),
            SomeRecords.Update(line, finding).Uid.ToArray(), SomeRecords.Update(line, finding with { Uid = "other" }).Uid.ToArray(),
        ];
        Assert.Equal(uids.Length, uids.Select(Convert.ToHexString).Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Header_and_body_agree(string kind)
    {
        var record = SomeRecords.Kinds[kind]();
        var body = record.Json();
        Assert.Equal((long)body["time"]!, record.TimeMs);
        Assert.Equal((string?)body["metadata"]!["uid"], Convert.ToHexStringLower(record.Uid));
        Assert.Equal((string?)body["metadata"]!["event_code"], Encoding.UTF8.GetString(record.Type));
        Assert.Equal("acme/api", Encoding.UTF8.GetString(record.Repository));
        Assert.Equal("StepExport", (string?)body["metadata"]!["log_provider"]);
        Assert.Equal((int)body["severity_id"]!, (int)record.Severity);
        if ((int)body["class_uid"]! != 3004) Assert.Equal((int)body["status_id"]!, (int)record.Status);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void Who_approved_what_when_and_why_is_in_every_version(string version)
    {
        var body = SomeRecords.Kinds["approval"]().Body;
        var found = JsonNode.Parse(new RecordFormat(OcsfVersions.Parse(version)).Render(body.Span, new ArrayBufferWriter<byte>()))!;
        Assert.Equal(
            ("alice", "acme/api/runs/16625207001", SomeRecords.At.ToUnixTimeMilliseconds(), "known mirror, see #12", "Success"),
            (found.TextAt("actor.user.name"), found.TextAt("entity.uid"), (long)found["time"]!, found.TextAt("comment"), found.TextAt("status")));
        Assert.Equal(SomeFinding.Facts().HeadSha, found.TextAt("entity.data.head_sha"));
    }

    [Theory]
    [MemberData(nameof(KindsAndFormats))]
    public void Nothing_that_was_said_is_lost_in_a_format(string kind, string format)
    {
        var body = SomeRecords.Kinds[kind]().Json();
        var text = Rendered.Text(OutputFormats.Parse(format), SomeRecords.Kinds[kind]().Body.Span);
        var rendered = text + text.Replace("\\\"", "\"", StringComparison.Ordinal);
        string[] said = [.. Texts(body["entity"]?["data"]), .. Texts(body["compliance"]), .. Texts(body["actor"]?["user"]?["name"]), .. Texts(body["comment"]), .. Texts(body["status_detail"]),
            .. body["resources"]?.AsArray().SelectMany(resource => Texts(resource!["name"] ?? resource["uid"])) ?? []];
        Assert.NotEmpty(said);
        Assert.All(said, value => Assert.Contains(value, rendered, StringComparison.Ordinal));
    }

    /// <remarks>Types are free text of whoever may send detections; the class and the product are not.</remarks>
    [Theory]
    [InlineData("Check-Approval")]
    [InlineData("Check-Result")]
    public void A_detection_that_calls_itself_an_approval_stays_a_detection(string type)
    {
        var detection = $$$"""{"id":"{{{type}}}","owner":"acme","repo":"acme/api","actor":{"user":{"name":"alice"}},"class_uid":3004,"status":"Success"}""";
        Assert.Equal(("alert", "Harden-Runner"), (Rendered.Ecs(detection).TextAt("event.kind"), Rendered.Cim(detection).TextAt("app")));
        Assert.NotEqual("alice", Rendered.Cim(detection).TextAt("user"));
    }

    [Theory]
    [InlineData("approval", "alice approved the check of acme/api run 16625207001 on the review page")]
    [InlineData("result-failed", "Check of a workflow run failed")]
    public void A_person_at_a_terminal_reads_what_happened(string kind, string text) => Assert.Equal(text, FindingText.Of(SomeRecords.Kinds[kind]().Body.Span));

    [Fact]
    public void A_name_cannot_forge_a_line_of_a_message()
    {
        var body = SomeRecords.Approval(SomeRecords.Line(CheckEventKind.Approved, "mallory\nalice approved everything\u001b[2J", ApprovalVia.Page)).Json();
        Assert.DoesNotContain((string)body["message"]!, char.IsControl);
        Assert.DoesNotContain(body.TextAt("actor.user.name")!, char.IsControl);
    }

    [Theory]
    [InlineData(null, "")]
    [InlineData(" a ", "a")]
    [InlineData("12345678", "12345678")]
    [InlineData("123456789", "1234567…")]
    [InlineData("123456😀9", "123456…")]
    public void Texts_are_cut_between_characters(string? text, string cut) => Assert.Equal(cut, Encoding.UTF8.GetString(RecordText.Cut(text, 8)));

    private static IEnumerable<string> Texts(JsonNode? node) => node switch
    {
        null => [],
        JsonObject o => o.SelectMany(member => Texts(member.Value)),
        JsonArray a => a.SelectMany(Texts),
        _ => node.GetValueKind() == JsonValueKind.String ? [node.GetValue<string>()] : [],
    };
}
