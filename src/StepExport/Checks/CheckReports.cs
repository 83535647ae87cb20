using StepExport.Core.Checks;
using StepExport.Core.Model;

namespace StepExport.Checks;

/// <summary>One page of <c>GET /api/checks</c>, newest first.</summary>
/// <param name="Checks">The checks.</param>
/// <param name="Total">Checks that meet the conditions, on all pages.</param>
/// <param name="Page">Counted from 1.</param>
/// <param name="Size">Checks per page.</param>
internal sealed record CheckListReport(IReadOnlyList<CheckReport> Checks, int Total, int Page, int Size)
{
    public static CheckListReport Of(CheckPage found, CheckQuery query) => new([.. found.Checks.Select(CheckReport.Of)], found.Total, query.Page, query.Size);
}

/// <summary><c>GET /api/checks/{owner}/{repo}/{run}</c>.</summary>
/// <param name="Check">The check.</param>
/// <param name="Findings">Those that fail first; at most 1,000.</param>
/// <param name="History">Newest first; at most 200 lines.</param>
/// <param name="ReportTrouble">Why GitHub could not be told of the check as it is; null while it is well.</param>
internal sealed record CheckDetailReport(CheckReport Check, IReadOnlyList<FindingReport> Findings, IReadOnlyList<CheckEvent> History, string? ReportTrouble);

/// <summary>A check as the API shows it.</summary>
internal sealed record CheckReport(
    string Repository,
    string RunId,
    string Workflow,
    CheckConclusion Conclusion,
    CheckStatus Status,
    int Revision,
    int Findings,
    int Failing,
    RunFacts? Run,
    Approval? Approval,
    DateTimeOffset FirstSeen,
    DateTimeOffset Changed)
{
    public static CheckReport Of(Check check) => new(
        check.Key.Repository,
        check.Key.RunId,
        check.Workflow,
        check.Conclusion,
        check.Status,
        check.Revision,
        check.Findings,
        check.Failing,
        check.Run,
        check.Approval,
        check.FirstSeen,
        check.Changed);
}

/// <summary>A finding as the API shows it; the whole record is in the SIEM, under its uid.</summary>
internal sealed record FindingReport(
    string Uid,
    string Type,
    Severity Severity,
    FindingStatus Status,
    bool Fails,
    string Title,
    string? Job,
    IReadOnlyList<string> Endpoints,
    string? Process,
    string? Url,
    DateTimeOffset At)
{
    public static FindingReport Of(CheckFinding finding) => new(
        finding.Uid,
        finding.Type,
        finding.Severity,
        finding.Status,
        finding.Fails,
        finding.Title,
        finding.Job,
        [.. (finding.Endpoint is { } endpoint ? [endpoint] : Array.Empty<CalledEndpoint>()).Concat(finding.MoreEndpoints).Select(called => called.ToString())],
        finding.Process,
        finding.Url,
        finding.At);
}

/// <summary>Body of the answer to an approval.</summary>
/// <param name="Outcome">In one word.</param>
/// <param name="Text">For the person.</param>
internal sealed record DecisionReport(DecisionOutcome Outcome, string Text);

/// <summary>Body of a request that approves.</summary>
internal sealed record ApproveRequest
{
    /// <summary>Of the check, as the approver saw it.</summary>
    public required int Revision { get; init; }

    /// <summary>What he has to say; null when nothing.</summary>
    public string? Comment { get; init; }
}
