using System.Globalization;
using System.Net;
using System.Text;

namespace StepExport.Testing.GitHub;

/// <summary>The page of a pull request: its checks and whether it can be merged. No script.</summary>
internal static class PullRequestHtml
{
    private const string Style = """
        body { font: 14px/1.5 sans-serif; color: #1f2328; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
        h1 { font-weight: 400; margin-bottom: .2rem } h1 small, .dim { color: #59636e } code { background: #eff1f3; padding: .1em .3em; border-radius: 4px }
        .check, .merge { border: 1px solid #d1d9e0; border-radius: 6px; margin: 1rem 0; padding: .8rem 1rem }
        .check header { display: flex; gap: .6rem; align-items: center } .check header a { margin-left: auto }
        .mark { width: 1em; height: 1em; border-radius: 50%; background: #9a6700 } .success .mark { background: #1a7f37 } .failure .mark { background: #cf222e }
        .output { border-top: 1px solid #d1d9e0; margin-top: .6rem; padding-top: .2rem; overflow-x: auto }
        table { border-collapse: collapse } th, td { border: 1px solid #d1d9e0; padding: .25rem .6rem; text-align: left }
        form { display: inline-block; margin: .4rem .4rem 0 0 } button { font: inherit; padding: .2rem .8rem; border: 1px solid #d1d9e0; border-radius: 6px; background: #f6f8fa }
        .merge { border-left: 4px solid #9a6700 } .merge.ready { border-left-color: #1a7f37 } .merge.blocked { border-left-color: #cf222e }
        """;

    public static string Render(FakePullRequest pull, IReadOnlyList<FakeCheckRun> runs, string required, string viewer)
    {
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $$"""
            <!doctype html><html lang="en"><head><meta charset="utf-8"><title>{{Text(pull.Title)}} · Pull Request #{{pull.Number}}</title><style>{{Style}}</style></head>
            <body><p class="dim">{{Text(pull.Repository)}}</p><h1>{{Text(pull.Title)}} <small>#{{pull.Number}}</small></h1>
            <p class="dim"><b id="author">{{Text(pull.Author)}}</b> wants to merge <code>{{Text(pull.HeadBranch)}}</code> into <code>main</code> · head <code>{{pull.HeadSha[..7]}}</code>
            · {{(viewer.Length == 0 ? "not signed in" : $"signed in as {Text(viewer)}")}}</p>

            """);
        foreach (var run in runs) Append(page, pull, run, viewer);
        var check = runs.FirstOrDefault(r => r.Name == required);
        page.Append(check switch
        {
            { Conclusion: "success" or "neutral" or "skipped" } => "<section class=\"merge ready\"><b>This branch is ready to merge</b></section>",
            { Status: "completed" } => "<section class=\"merge blocked\"><b>Merging is blocked</b>: a required check failed</section>",
            _ => $"<section class=\"merge\"><b>Merging is blocked</b>: {Text(required)} is expected, waiting for its status</section>",
        });
        return page.Append("</body></html>\n").ToString();
    }

    private static void Append(StringBuilder page, FakePullRequest pull, FakeCheckRun run, string viewer)
    {
        var state = run.Conclusion ?? run.Status;
        page.Append(CultureInfo.InvariantCulture, $"""
            <section class="check {Text(state)}" data-check="{Text(run.Name)}"><header><span class="mark"></span><b>{Text(run.Name)}</b><span class="conclusion">{Text(state)}</span>
            """);
        if (run.DetailsUrl is { } url) page.Append(CultureInfo.InvariantCulture, $"<a href=\"{Text(url)}\">Details</a>");
        page.Append(CultureInfo.InvariantCulture, $"</header><div class=\"output\"><h2>{Text(run.Title ?? "")}</h2>");
        page.Append(CultureInfo.InvariantCulture, $"{Markdown.ToHtml(run.Summary ?? "")}{Markdown.ToHtml(run.Text ?? "")}</div>");
        foreach (var action in run.Actions) AppendForm(page, pull, run, viewer, action);
        AppendForm(page, pull, run, viewer, new("Re-run", "Ask the App for this check again", ""));
        page.Append("</section>\n");
    }

    private static void AppendForm(StringBuilder page, FakePullRequest pull, FakeCheckRun run, string viewer, FakeAction action) => page.Append(
        CultureInfo.InvariantCulture, $"""
        <form method="post" action="/{Text(pull.Repository)}/pull/{pull.Number}/actions"><input type="hidden" name="as" value="{Text(viewer)}">
        <input type="hidden" name="check_run" value="{run.Id}">
        <button name="identifier" value="{Text(action.Identifier)}" title="{Text(action.Description)}">{Text(action.Label)}</button></form>
        """);

    private static string Text(string value) => WebUtility.HtmlEncode(value);
}
