using System.Globalization;

namespace StepExport.Testing.GitHub;

/// <summary>The REST API behind its credentials, permissions and limits.</summary>
internal sealed class GitHubApi(FakeApp app, FakeGitHubStore store, RateLimits limits, TimeProvider time)
{
    private readonly CheckRunApi _checkRuns = new(store, time);

    /// <summary>Whether the commit of a fork leads to its pull request; reports differ on whether GitHub's does.</summary>
    public bool ForkPullsByCommit { get; set; } = true;

    public GitHubReply Answer(FakeGitHubRequest request)
    {
        if (request.UserAgent.Length == 0) return GitHubReply.Error(403, "Request forbidden by administrative rules. Please make sure your request has a User-Agent header");
        lock (store.Lock)
        {
            return (request.Method, request.Path.Split('/')[1..]) switch
            {
                ("GET", ["app"]) => AsApp(request, () => GitHubReply.Json(new { id = FakeApp.Id, client_id = FakeApp.ClientId, slug = "stepexport", name = "StepExport" })),
                ("POST", ["app", "installations", var id, "access_tokens"]) => AsApp(request, () => NewToken(store.Installation(Number(id)))),
                ("GET", ["repos", var owner, var name, "installation"]) =>
                    AsApp(request, () => Describe(store.HasRepository($"{owner}/{name}") ? store.Installation(owner) : null)),
                ("GET", ["orgs", var owner, "installation"]) => AsApp(request, () => Describe(store.Installation(owner))),
                ("GET", ["rate_limit"]) => app.Holder(request.Token) is null ? BadCredentials() : limits.Describe(),
                (var method, ["repos", var owner, var name, .. var rest]) => AsInstallation(request, i => InRepository(i, request, method, $"{owner}/{name}", rest)),
                ("GET", ["orgs", var owner, "teams", var slug, .. var rest]) =>
                    AsInstallation(request, i => InTeam(i, store.Teams.FirstOrDefault(t => Same(t.Organization, owner) && Same(t.Slug, slug)), rest)),
                ("GET", ["teams", var id, .. var rest]) => AsInstallation(request, i => InTeam(i, store.Teams.FirstOrDefault(t => t.Id == Number(id)), rest)),
                _ => GitHubReply.NotFound,
            };
        }
    }

    private GitHubReply AsApp(FakeGitHubRequest request, Func<GitHubReply> answer) =>
        app.Refusal(request.Token) is { } why ? GitHubReply.Error(401, why) : answer();

    private GitHubReply AsInstallation(FakeGitHubRequest request, Func<FakeInstallation, GitHubReply> answer)
    {
        if (app.Holder(request.Token) is not { } installation) return BadCredentials();
        if (installation.Suspended) return GitHubReply.Error(403, "This installation has been suspended");
        return limits.Take(installation) ?? answer(installation);
    }

    private GitHubReply NewToken(FakeInstallation? installation)
    {
        if (installation is null) return GitHubReply.NotFound;
        if (installation.Suspended) return GitHubReply.Error(403, "This installation has been suspended");
        var (token, expires) = app.Issue(installation);
        return GitHubReply.Json(new { token, expires_at = expires.UtcDateTime, permissions = installation.PermissionsByName(), repository_selection = "selected" }, 201);
    }

    private static GitHubReply Describe(FakeInstallation? installation) => installation is null ? GitHubReply.NotFound : GitHubReply.Json(new
    {
        id = installation.Id,
        app_id = FakeApp.Id,
        account = new { login = installation.Owner, type = "Organization" },
        permissions = installation.PermissionsByName(),
        suspended_at = (string?)null,
    });

    private GitHubReply InRepository(FakeInstallation installation, FakeGitHubRequest request, string method, string repository, string[] rest)
    {
        if (!store.HasRepository(repository) || !Same(installation.Owner, repository.Split('/')[0])) return GitHubReply.NotFound;
        GitHubReply With(string permission, Func<GitHubReply> answer) => installation.Allows(permission) ? answer() : GitHubReply.Forbidden;
        return (method, rest) switch
        {
            ("GET", ["actions", "runs", var id]) => With("actions:read", () => Run(repository, Number(id))),
            ("GET", ["commits", var sha, "pulls"]) => With("pull_requests:read", () =>
                Pulls(repository, request, p => Same(p.HeadSha, sha) && (ForkPullsByCommit || p.HeadRepository == repository))),
            ("GET", ["pulls"]) => With("pull_requests:read", () => Pulls(repository, request, p => IsWanted(p, request))),
            ("GET", ["pulls", var number]) => With("pull_requests:read", () =>
                store.Pull(repository, (int)Number(number)) is { } pull ? GitHubReply.Json(GitHubShapes.Pull(pull)) : GitHubReply.NotFound),
            ("GET", ["commits", var sha, "check-runs"]) => With("checks:read", () => _checkRuns.List(repository, sha, request)),
            ("GET", ["check-runs", var id]) => With("checks:read", () => _checkRuns.Show(repository, Number(id))),
            ("POST", ["check-runs"]) => With("checks:write", () => _checkRuns.Create(repository, request.Body)),
            ("PATCH", ["check-runs", var id]) => With("checks:write", () => _checkRuns.Change(repository, Number(id), request.Body)),
            _ => GitHubReply.NotFound,
        };
    }

    private GitHubReply Run(string repository, long id) => store.Run(repository, id) is { } run
        ? GitHubReply.Json(GitHubShapes.Run(run, run.PullRequest is { } number ? store.Pull(repository, number) : null))
        : GitHubReply.NotFound;

    private GitHubReply Pulls(string repository, FakeGitHubRequest request, Func<FakePullRequest, bool> wanted) =>
        GitHubReply.Json(request.Page(store.Pulls.Where(p => Same(p.Repository, repository) && wanted(p))).Select(GitHubShapes.Pull));

    /// <summary>Filters of the list of pull requests; <c>head</c> is <c>owner:branch</c>, open ones when no state is named.</summary>
    private static bool IsWanted(FakePullRequest pull, FakeGitHubRequest request) =>
        (request["state"] ?? "open") is var state && (state == "all" || state == pull.State)
        && (request["head"] is not { } head || head == $"{pull.HeadRepository.Split('/')[0]}:{pull.HeadBranch}");

    private static GitHubReply InTeam(FakeInstallation installation, FakeTeam? team, string[] rest)
    {
        if (team is null || !Same(team.Organization, installation.Owner)) return GitHubReply.NotFound;
        if (!installation.Allows("members:read")) return GitHubReply.Forbidden;
        return rest switch
        {
            [] => GitHubReply.Json(new { id = team.Id, name = team.Slug, slug = team.Slug, organization = new { login = team.Organization } }),
            ["memberships", var login] when team.Members.Contains(login, StringComparer.OrdinalIgnoreCase) => GitHubReply.Json(new { state = "active", role = "member" }),
            ["memberships", var login] when team.Invited.Contains(login, StringComparer.OrdinalIgnoreCase) => GitHubReply.Json(new { state = "pending", role = "member" }),
            _ => GitHubReply.NotFound,
        };
    }

    private static GitHubReply BadCredentials() => GitHubReply.Error(401, "Bad credentials");

    private static bool Same(string left, string right) => left.Equals(right, StringComparison.OrdinalIgnoreCase);

    /// <summary>0, which nothing has, when it is none.</summary>
    private static long Number(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
