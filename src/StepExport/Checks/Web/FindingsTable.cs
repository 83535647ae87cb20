using StepExport.Core.Checks;
using StepExport.Core.Model;

namespace StepExport.Checks.Web;

/// <summary>Findings as a table. Narrow screens show each row as a card, so the roles are written out: a display other than the table's takes them away.</summary>
internal static class FindingsTable
{
    /// <param name="caption">What they are.</param>
    /// <param name="findings">The rows.</param>
    /// <param name="full">With title, job, time and the link to StepSecurity.</param>
    public static Html Of(string caption, IReadOnlyList<CheckFinding> findings, bool full) => Html.Of($"""
        <table class="cards findings" role="table">
        <caption>{caption}</caption>
        <thead role="rowgroup"><tr role="row">{Headings(full)}</tr></thead>
        <tbody role="rowgroup">
        {findings.Select(finding => Row(finding, full))}
        </tbody>
        </table>
        """);

    private static IEnumerable<Html> Headings(bool full) => ((string[])(full ? ["Endpoint", "Process", "Job", "Detection", "Severity", "Seen"] : ["Endpoint", "Process", "Job", "Detection", "Severity"]))
        .Select(name => Html.Of($"""<th role="columnheader" scope="col">{name}</th>"""));

    private static Html Row(CheckFinding finding, bool full) => Html.Of($"""
        <tr role="row">
        <th role="rowheader" scope="row" data-name="Endpoint"><span>{Endpoints(finding)}</span></th>
        <td role="cell" data-name="Process">{(finding.Process is { Length: > 0 } process ? Html.Of($"<code>{process}</code>") : None)}</td>
        <td role="cell" data-name="Job">{(finding.Job is { Length: > 0 } job ? Html.Of($"{job}") : None)}</td>
        <td role="cell" data-name="Detection"><span>{(full ? Detection(finding) : Html.Of($"{finding.Type}"))}</span></td>
        <td role="cell" data-name="Severity">{Badges.Of(finding.Severity)}</td>
        {(full ? Html.Of($"""<td role="cell" data-name="Seen">{Layout.Time(finding.At)}</td>""") : default)}
        </tr>
        """);

    private static Html None => Html.Of($"""<span class="none"><span aria-hidden="true">–</span><span class="unseen">unknown</span></span>""");

    private static Html Endpoints(CheckFinding finding) => finding.Endpoint is { } endpoint
        ? Html.Of($"<code>{endpoint.ToString()}</code>{finding.MoreEndpoints.Select(more => Html.Of($"<br><code>{more.ToString()}</code>"))}")
        : Html.Of($"""<span class="none">no call</span>""");

    private static Html Detection(CheckFinding finding) => Html.Of($"""
        {Layout.Away(finding.Url, finding.Type)}<br><span class="soft">{finding.Title}{State(finding.Status)}</span>
        """);

    private static string State(FindingStatus status) => status switch
    {
        FindingStatus.Suppressed => " · suppressed",
        FindingStatus.Resolved => " · resolved",
        _ => "",
    };
}
