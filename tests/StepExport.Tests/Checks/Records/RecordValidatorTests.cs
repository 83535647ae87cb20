using System.Buffers;
using StepExport.Core.Checks;
using StepExport.Core.Formats;
using StepExport.Core.Model;
using StepExport.Core.Ocsf;
using StepExport.Testing.Checks;
using StepExport.Tests.Normalization;

namespace StepExport.Tests.Checks.Records;

/// <summary>What is said about checks is valid in every version, whatever people and detections are called.</summary>
public sealed class RecordValidatorTests
{
    private static readonly string[] Hostile =
    [
        "", " ", "\"},{\"class_uid\":1,\"x\":\"", "a\nb\r\n\0\u001b[31m", "\ud83d", "x\udc00y", "<script>alert(1)</script>", "‮evil", "\\u0000\\", new('é', 70_000), new('\u0001', 5_000),
        string.Concat(Enumerable.Repeat("😀", 600)), "a" + string.Concat(Enumerable.Repeat("😀", 600)),
    ];

    public static TheoryData<string> Versions => [.. OcsfVersions.Texts];

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Every_kind_validates_without_errors_and_warnings(string version) => await Validate(version, SomeRecords.Kinds.Values.Select(kind => kind()));

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Every_approved_golden_finding_validates_without_errors_and_warnings(string version) => await Validate(
        version, ProjectFiles.Cases.Select(name => SomeRecords.Update(SomeRecords.Line(CheckEventKind.Approved, "alice", ApprovalVia.Page, "fine"), SomeRecords.Finding(name))));

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Hostile_texts_validate_without_errors_and_warnings(string version) => await Validate(version, Hostile.SelectMany(Records));

    private static IEnumerable<ExportRecord> Records(string text)
    {
        var check = SomeRecords.Known with
        {
            Key = new($"acme/{text[..Math.Min(text.Length, 900)]}", "1"),
            Workflow = text,
            Run = SomeFinding.Facts() with { HeadSha = text, HeadBranch = text, Url = text, WorkflowName = text },
        };
        var approved = SomeRecords.Line(CheckEventKind.Approved, text, text, text, check: check);
        yield return SomeRecords.Result(SomeRecords.Line(CheckEventKind.Failed, check: check), SomeRecords.Failing with { Titles = ["Type: " + text] });
        yield return SomeRecords.Result(approved);
        yield return SomeRecords.Approval(approved);
        yield return SomeRecords.Approval(SomeRecords.Line(CheckEventKind.Refused, text, text, text, check: check));
        yield return SomeRecords.Update(approved, SomeRecords.Finding("Reverse-Shell/case"));
    }

    private static async Task Validate(string version, IEnumerable<ExportRecord> records)
    {
        SchemaValidator.Require();
        var format = new RecordFormat(OcsfVersions.Parse(version));
        var scratch = new ArrayBufferWriter<byte>();
        var events = new MemoryStream();
        var count = 0;
        foreach (var record in records)
        {
            events.Write(format.Render(record.Body.Span, scratch));
            events.WriteByte((byte)'\n');
            count++;
        }

        Assert.True(count > 0);
        Assert.Equal($"{count} events, 0 errors, 0 warnings", await SchemaValidator.VerdictAsync(events.ToArray(), version));
    }
}
