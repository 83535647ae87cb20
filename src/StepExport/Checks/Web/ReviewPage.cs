using StepExport.Configuration;
using StepExport.Core.Checks;

namespace StepExport.Checks.Web;

/// <summary>One check: what was found, what was said to it, and the form to approve it.</summary>
internal static class ReviewPage
{
    /// <param name="store">The checks.</param>
    /// <param name="check">Which one.</param>
    /// <param name="approvers">To say beforehand who cannot.</param>
    /// <param name="who">Who looks.</param>
    /// <param name="token">Hidden field for forms.</param>
    /// <param name="note">What became of what he did; null when he only looks.</param>
    /// <param name="comment">What he had written.</param>
    public static Html Of(CheckStore store, Check check, ApproversConfig approvers, Approver who, Html token, Note? note = null, string? comment = null)
    {
        var findings = store.Findings(check.Key);
        var failing = findings.Where(finding => finding.Fails).ToList();
        var others = findings.Where(finding => !finding.Fails).ToList();
        return Layout.Page($"{check.Key.Repository} run {check.Key.RunId}", who, token, Html.Of($"""
            <p class="back"><a href="{ChecksWeb.Path}">← All checks</a></p>
            <h1>{check.Key.Repository} <span class="soft">run {check.Key.RunId}</span></h1>
            {(note is null ? default : note.Show())}
            {Facts(check)}
            {Trouble(store.ReportTrouble(check.Key))}
            {(check.Findings > findings.Count ? Html.Of($"<p class=\"soft\">The first {findings.Count} of {check.Findings} findings.</p>") : default)}
            <section aria-labelledby="failing"><h2 id="failing">{(check.Status == CheckStatus.Pending ? "What fails" : "What failed")}</h2>
            {(failing.Count > 0 ? FindingsTable.Of(Layout.Count(check.Failing, "failing finding", "failing findings"), failing, full: true) : Html.Of($"<p>Nothing in this run fails by the rules.</p>"))}
            </section>
            {(others.Count == 0 ? default : Html.Of($"""
                <section aria-labelledby="others"><h2 id="others">What else was found</h2>
                {FindingsTable.Of(Layout.Count(others.Count, "finding that fails no check", "findings that fail no check"), others, full: true)}
                </section>
                """))}
            {(check.Status == CheckStatus.Pending ? ApproveForm.Of(check, approvers, who, token, comment) : default)}
            {HistoryTable.Of(store.History(check.Key))}
            """));
    }

    public static Html PullRequest(Check check) => check.Run is not { } run ? Html.Of($"""<span class="none">not looked up</span>""")
        : run.PullRequest is not { } number ? Html.Of($"""<span class="none">none</span>""")
        : Layout.Away(PullRequestPage(check, run, number), FormattableString.Invariant($"#{number}"));

    public static Html Approver(Check check) => check switch
    {
        { Status: CheckStatus.Pending } => Html.Of($"""<span class="none"><span aria-hidden="true">–</span><span class="unseen">nobody</span></span>"""),
        { Approval: { } approval } => Html.Of($"{approval.Login}"),
        _ => Html.Of($"""<span class="soft">by the rules</span>"""),
    };

    private static Html Facts(Check check) => Html.Of($"""
        <dl class="facts">
        <div><dt>Conclusion</dt><dd>{Badges.Of(check.Conclusion)}</dd></div>
        <div><dt>Status</dt><dd>{Badges.Of(check.Status)}</dd></div>
        <div><dt>Approver</dt><dd>{Approver(check)}</dd></div>
        <div><dt>Pull request</dt><dd>{PullRequest(check)}</dd></div>
        <div><dt>Branch</dt><dd>{Code(check.Run?.HeadBranch)}</dd></div>
        <div><dt>Commit</dt><dd>{Code(check.Run?.HeadSha[..Math.Min(12, check.Run.HeadSha.Length)])}</dd></div>
        <div><dt>Workflow</dt><dd>{check.Run?.WorkflowName} {Code(check.Workflow)}</dd></div>
        <div><dt>Run</dt><dd>{Layout.Away(check.Run?.Url, check.Key.RunId)}</dd></div>
        <div><dt>First seen</dt><dd>{Layout.Time(check.FirstSeen)}</dd></div>
        <div><dt>Changed</dt><dd>{Layout.Time(check.Changed)}</dd></div>
        </dl>
        """);

    private static Html Code(string? text) => text is { Length: > 0 } ? Html.Of($"<code>{text}</code>") : Html.Of($"""<span class="none">unknown</span>""");

    private static Html Trouble(string? trouble) => trouble is null ? default : Html.Of($"""
        <div class="note wait"><p><b>GitHub does not know this state yet.</b> {trouble}</p></div>
        """);

    /// <summary>At the host of the run's page: GitHub Enterprise Server has one of its own.</summary>
    private static string? PullRequestPage(Check check, RunFacts run, int number) => Uri.TryCreate(run.Url, UriKind.Absolute, out var page)
        ? FormattableString.Invariant($"{page.GetLeftPart(UriPartial.Authority)}/{string.Join('/', check.Key.Repository.Split('/').Select(Uri.EscapeDataString))}/pull/{number}")
        : null;
}

/// <summary>What became of what somebody did.</summary>
/// <param name="Good">Whether it was done.</param>
/// <param name="Title">In a few words.</param>
/// <param name="Text">Why, and what to do.</param>
internal sealed record Note(bool Good, string Title, string Text)
{
    public Html Show() => Good
        ? Html.Of($"""<div class="note good" role="status"><p><b>{Title}</b> {Text}</p></div>""")
        : Html.Of($"""<div class="note bad" role="alert"><p><b>{Title}</b> {Text}</p></div>""");
}
