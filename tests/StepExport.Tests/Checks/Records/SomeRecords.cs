using System.Text;
using System.Text.Json.Nodes;
using StepExport.Core.Checks;
using StepExport.Core.Checks.Records;
using StepExport.Core.Journal;
using StepExport.Core.Model;
using StepExport.Testing.Checks;
using StepExport.Tests.Normalization;

namespace StepExport.Tests.Checks.Records;

/// <summary>Every kind of record about a check, as the pipeline gets it.</summary>
internal static class SomeRecords
{
    public static DateTimeOffset At { get; } = new(2026, 7, 22, 18, 30, 0, TimeSpan.Zero);

    public static FailingSummary Failing { get; } = new(Severity.High, 2, ["New-Outbound-Network-Call: Anomalous outbound call: host1.example.com", "Domain-Blocked: Domain blocked: host2.example.com"]);

    /// <summary>By the names of their golden files.</summary>
    public static Dictionary<string, Func<ExportRecord>> Kinds { get; } = new()
    {
        ["result-failed"] = () => Result(Line(CheckEventKind.Failed, revision: 1)),
        ["result-failed-again"] = () => Result(Line(CheckEventKind.Failed, revision: 3)),
        ["result-approved"] = () => Result(Line(CheckEventKind.Approved, "alice", ApprovalVia.GitHub)),
        ["result-passed"] = () => Result(Line(CheckEventKind.Passed, revision: 4), new(Severity.Informational, 0, [])),
        ["result-first-passed"] = () => Result(Line(CheckEventKind.Passed, revision: 1, check: Unknown), new(Severity.Informational, 0, [])),
        ["approval"] = () => Approval(Line(CheckEventKind.Approved, "alice", ApprovalVia.Page, "known mirror, see #12")),
        ["approval-without-run"] = () => Approval(Line(CheckEventKind.Approved, "alice", ApprovalVia.Api, check: Unknown)),
        ["approval-refused"] = () => Approval(Line(CheckEventKind.Refused, "mallory", ApprovalVia.GitHub, "mallory is not among the approvers")),
        ["finding-update"] = () => Update(Line(CheckEventKind.Approved, "alice", ApprovalVia.Page, "known mirror, see #12"), Finding("New-Outbound-Network-Call/case")),
    };

    /// <summary>A check of which GitHub has said everything.</summary>
    public static Check Known { get; } = new()
    {
        Key = SomeFinding.Run(),
        Workflow = ".github/workflows/ci.yml",
        Run = SomeFinding.Facts(),
        Conclusion = CheckConclusion.Failure,
        Status = CheckStatus.Pending,
        Revision = 2,
        Findings = 5,
        Failing = 2,
        FirstSeen = SomeFinding.At,
        Changed = At,
    };

    /// <summary>A check of which nothing but its key is known.</summary>
    public static Check Unknown { get; } = Known with { Run = null, Workflow = "" };

    public static UnpublishedEvent Line(CheckEventKind kind, string? login = null, string? via = null, string? text = null, int revision = 2, Check? check = null) =>
        new(7, check ?? Known, new(At, kind, login, via, text, revision));

    public static ExportRecord Result(UnpublishedEvent line, FailingSummary? failing = null) => Written((records, to) => records.AddResult(to, line, failing ?? Failing));

    public static ExportRecord Approval(UnpublishedEvent line) => Written((records, to) => records.AddApproval(to, line, Failing));

    public static ExportRecord Update(UnpublishedEvent line, CheckFinding finding) => Written((records, to) => records.AddUpdate(to, line, finding));

    /// <summary>A golden detection as a finding of a check.</summary>
    public static CheckFinding Finding(string golden) => Finding(Normalized.Of(File.ReadAllText(Path.Combine(ProjectFiles.Golden, golden + ".input.json")), new() { IncludeRaw = true }).Body.WrittenMemory);

    public static CheckFinding Finding(ReadOnlyMemory<byte> record) => SomeFinding.Failing() with { Record = record };

    public static JsonObject Json(this ExportRecord record) => JsonNode.Parse(Encoding.UTF8.GetString(record.Body.Span), documentOptions: new() { AllowDuplicateProperties = false, MaxDepth = 200 })!.AsObject();

    private static ExportRecord Written(Action<CheckRecords, Submission> write)
    {
        using var submission = new Submission();
        write(new CheckRecords(), submission);
        Assert.Equal(1, submission.Count);
        return new(1, 0, submission.Payload[sizeof(int)..].ToArray());
    }
}
