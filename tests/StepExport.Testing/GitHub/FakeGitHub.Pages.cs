using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace StepExport.Testing.GitHub;

internal sealed partial class FakeGitHub
{
    /// <summary>Address of the page of a pull request, as somebody sees it.</summary>
    public string PullRequestPage(string repository, int number, string login) => FormattableString.Invariant($"{Address}/{repository}/pull/{number}?as={login}");

    private async Task PageAsync(HttpContext context, string repository, string number, string[] rest)
    {
        FakePullRequest? pull;
        IReadOnlyList<FakeCheckRun> runs;
        lock (_store.Lock)
        {
            pull = int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? _store.Pull(repository, n) : null;
            runs = pull is null ? [] : _store.CheckRunsOf(repository, pull.HeadSha);
        }

        var reply = (context.Request.Method, rest) switch
        {
            _ when pull is null => new(404, "Not Found", "text/plain"),
            ("GET", []) => new(200, PullRequestHtml.Render(pull, runs, RequiredCheck, context.Request.Query["as"].ToString()), "text/html; charset=utf-8"),
            ("POST", ["actions"]) => await PressAsync(await context.Request.ReadFormAsync(context.RequestAborted), pull, runs),
            _ => new GitHubReply(404, "Not Found", "text/plain"),
        };
        await WriteAsync(context, reply);
    }

    /// <summary>A form of the page: GitHub tells the App, then shows the page again.</summary>
    private async Task<GitHubReply> PressAsync(IFormCollection form, FakePullRequest pull, IReadOnlyList<FakeCheckRun> runs)
    {
        var login = form["as"].ToString();
        if (login.Length == 0) return new(403, "Sign in first: ?as=LOGIN", "text/plain");
        if (runs.FirstOrDefault(r => r.Id.ToString(CultureInfo.InvariantCulture) == form["check_run"]) is not { } run) return new(404, "No such check run", "text/plain");
        var identifier = form["identifier"].ToString();
        if (WebhookUrl is not null)
        {
            await DeliverAsync("check_run", identifier.Length == 0 ? Rerequested(run, login) : Pressed(run, identifier, login));
        }

        return new(303, "", "text/plain")
        {
            Headers = new Dictionary<string, string> { ["Location"] = $"{PullRequestPage(pull.Repository, pull.Number, Uri.EscapeDataString(login))}" },
        };
    }
}
