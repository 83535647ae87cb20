using StepExport.Core.Checks;

namespace StepExport.Checks.Web;

/// <summary>The list of checks: filters, rows that open, pages.</summary>
internal static class ListPage
{
    /// <summary>Findings that a row shows when it is opened; the others are on the check's page.</summary>
    public const int Shown = 20;

    public static Html Of(CheckStore store, CheckQuery query, Approver who, Html token)
    {
        var page = store.List(query);
        var pages = Math.Max(1, (page.Total + query.Size - 1) / query.Size);
        if (query.Page > pages)
        {
            query = query with { Page = pages };
            page = store.List(query);
        }

        return Layout.Page("Checks", who, token, Html.Of($"""
            <h1>Checks</h1>
            {Filters(query, store.Repositories())}
            {(page.Total == 0 ? Empty(query) : Html.Of($"{Table(store, page, query)}{Pages(query, pages)}"))}
            """));
    }

    private static Html Filters(CheckQuery query, IReadOnlyList<string> repositories) => Html.Of($"""
        <form class="filters" method="get" action="{ChecksWeb.Path}" role="search" aria-label="Checks">
        <div><label for="conclusion">Conclusion</label>
        <select id="conclusion" name="conclusion">{Option("", "All", query.Conclusion is null)}{Option("failure", "Failure", query.Conclusion == CheckConclusion.Failure)}{Option("success", "Success", query.Conclusion == CheckConclusion.Success)}</select></div>
        <div><label for="status">Status</label>
        <select id="status" name="status">{Option("", "All", query.Status is null)}{Option("pending", "Pending", query.Status == CheckStatus.Pending)}{Option("approved", "Approved", query.Status == CheckStatus.Approved)}</select></div>
        <div class="wide"><label for="repository">Repository</label>
        <select id="repository" name="repository">{Option("", "All", query.Repository is null)}{Known(repositories, query.Repository).Select(name => Option(name, name, name == query.Repository))}</select></div>
        <div class="grow"><label for="search">Search</label>
        <input id="search" name="search" type="search" maxlength="{ListAddress.LongestText}" value="{query.Search}" placeholder="endpoint, process, branch, #12, approver"></div>
        <div class="actions"><button type="submit">Filter</button> <a class="quiet button" href="{ChecksWeb.Path}">Clear</a></div>
        </form>
        """);

    /// <summary>A repository whose checks are gone is still what the address asks for.</summary>
    private static IEnumerable<string> Known(IReadOnlyList<string> repositories, string? asked) =>
        asked is null || repositories.Contains(asked) ? repositories : repositories.Prepend(asked);

    private static Html Option(string value, string text, bool selected) => selected
        ? Html.Of($"""<option value="{value}" selected>{text}</option>""")
        : Html.Of($"""<option value="{value}">{text}</option>""");

    private static Html Empty(CheckQuery query) => query with { Page = 1 } == new CheckQuery()
        ? Html.Of($"""
            <div class="empty"><h2>No checks yet</h2>
            <p>A check appears with the first detection of a workflow run. Detections reach StepExport through its sources; <code>stepexport status</code> shows what they have received.</p></div>
            """)
        : Html.Of($"""
            <div class="empty"><h2>No check meets these filters</h2>
            <p>Take one of them away, or <a href="{ChecksWeb.Path}">show all checks</a>.</p></div>
            """);

    private static Html Table(CheckStore store, CheckPage page, CheckQuery query) => Html.Of($"""
        <table class="cards checks" role="table">
        <caption>{Caption(page, query)}</caption>
        <thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Repository</th><th role="columnheader" scope="col">Pull request</th><th role="columnheader" scope="col">Workflow</th><th role="columnheader" scope="col">Conclusion</th><th role="columnheader" scope="col">Status</th><th role="columnheader" scope="col">Approver</th><th role="columnheader" scope="col">Changed</th></tr></thead>
        {page.Checks.Select(check => Row(store, check))}
        </table>
        """);

    private static string Caption(CheckPage page, CheckQuery query)
    {
        var first = ((query.Page - 1) * query.Size) + 1;
        return page.Total <= query.Size
            ? $"{Layout.Count(page.Total, "check", "checks")}, newest first"
            : FormattableString.Invariant($"Checks {first} to {first + page.Checks.Count - 1} of {page.Total}, newest first");
    }

    private static Html Row(CheckStore store, Check check) => Html.Of($"""
        <tbody role="rowgroup">
        <tr role="row">
        <th role="rowheader" scope="row" data-name="Repository"><span><a href="{ListAddress.Of(check.Key)}">{check.Key.Repository}</a> <span class="soft">run {check.Key.RunId}</span></span></th>
        <td role="cell" data-name="Pull request">{ReviewPage.PullRequest(check)}</td>
        <td role="cell" data-name="Workflow">{Workflow(check)}</td>
        <td role="cell" data-name="Conclusion">{Badges.Of(check.Conclusion)}</td>
        <td role="cell" data-name="Status">{Badges.Of(check.Status)}</td>
        <td role="cell" data-name="Approver">{ReviewPage.Approver(check)}</td>
        <td role="cell" data-name="Changed">{Layout.Time(check.Changed)}</td>
        </tr>
        <tr role="row" class="more"><td role="cell" colspan="7">{Calls(check, check.Findings == 0 ? [] : store.Findings(check.Key, Shown))}</td></tr>
        </tbody>
        """);

    private static Html Workflow(Check check) => check switch
    {
        { Run.WorkflowName: { Length: > 0 } name } => Html.Of($"{name}"),
        { Workflow.Length: > 0 } => Html.Of($"{check.Workflow[(check.Workflow.LastIndexOf('/') + 1)..]}"),
        _ => Html.Of($"""<span class="none">unknown</span>"""),
    };

    private static Html Calls(Check check, IReadOnlyList<CheckFinding> findings) => findings.Count == 0
        ? Html.Of($"""<span class="soft">No findings in this run.</span>""")
        : Html.Of($"""
            <details>
            <summary>{Layout.Count(check.Findings, "finding", "findings")}, {check.Failing} failing <span class="unseen">in {check.Key.ToString()}</span></summary>
            {FindingsTable.Of($"Findings of run {check.Key.RunId}{(check.Findings > findings.Count ? FormattableString.Invariant($", the first {findings.Count} of {check.Findings}") : "")}", findings, full: false)}
            <p><a class="button" href="{ListAddress.Of(check.Key)}">{(check.Status == CheckStatus.Pending ? "Review" : "Show")}<span class="unseen"> {check.Key.ToString()}</span></a></p>
            </details>
            """);

    private static Html Pages(CheckQuery query, int pages) => pages == 1 ? default : Html.Of($"""
        <nav class="pages" aria-label="Pages">
        {Turn(query, query.Page - 1, pages, "← Newer", "prev")}<span>Page {query.Page} of {pages}</span>{Turn(query, query.Page + 1, pages, "Older →", "next")}
        </nav>
        """);

    private static Html Turn(CheckQuery query, int to, int pages, string text, string rel) => to < 1 || to > pages
        ? Html.Of($"""<span class="none">{text}</span>""")
        : Html.Of($"""<a rel="{rel}" href="{ListAddress.Of(query with { Page = to })}">{text}</a>""");
}
