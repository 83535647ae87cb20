namespace StepExport.Testing.GitHub;

/// <summary>GitHub's objects, as its API and its web hooks write them.</summary>
internal static class GitHubShapes
{
    public static object User(string login) => new { login, id = Math.Abs((long)login.GetHashCode(StringComparison.Ordinal)), type = "User", site_admin = false };

    public static object Repository(string fullName) => new
    {
        id = Math.Abs((long)fullName.GetHashCode(StringComparison.Ordinal)),
        name = fullName.Split('/')[1],
        full_name = fullName,
        @private = true,
        owner = new { login = fullName.Split('/')[0], type = "Organization" },
        html_url = $"https://github.com/{fullName}",
    };

    public static object Run(FakeRun run, FakePullRequest? pull) => new
    {
        id = run.Id,
        name = run.Name,
        path = run.Workflow,
        head_sha = run.HeadSha,
        head_branch = run.HeadBranch,
        run_number = 1,
        run_attempt = 1,
        @event = run.Event,
        status = run.Status,
        conclusion = run.Conclusion,
        html_url = $"https://github.com/{run.Repository}/actions/runs/{run.Id}",
        actor = User(run.Actor),
        triggering_actor = User(run.Actor),
        // GitHub leaves it empty when the commit comes from a fork
        pull_requests = pull is null || run.HeadRepository != run.Repository ? [] : new[] { PullReference(pull) },
        repository = Repository(run.Repository),
        head_repository = Repository(run.HeadRepository),
    };

    public static object PullReference(FakePullRequest pull) => new
    {
        number = pull.Number,
        head = new { @ref = pull.HeadBranch, sha = pull.HeadSha },
        @base = new { @ref = "main" },
    };

    public static object Pull(FakePullRequest pull) => new
    {
        number = pull.Number,
        state = pull.State,
        title = pull.Title,
        user = User(pull.Author),
        html_url = $"https://github.com/{pull.Repository}/pull/{pull.Number}",
        head = new
        {
            label = $"{pull.HeadRepository.Split('/')[0]}:{pull.HeadBranch}",
            @ref = pull.HeadBranch,
            sha = pull.HeadSha,
            repo = Repository(pull.HeadRepository),
        },
        @base = new { @ref = "main", repo = Repository(pull.Repository) },
    };

    public static object CheckRun(FakeCheckRun run, IEnumerable<FakePullRequest> pulls) => new
    {
        id = run.Id,
        head_sha = run.HeadSha,
        external_id = run.ExternalId ?? "",
        name = run.Name,
        status = run.Status,
        conclusion = run.Conclusion,
        details_url = run.DetailsUrl,
        html_url = $"https://github.com/{run.Repository}/runs/{run.Id}",
        started_at = run.StartedAt,
        completed_at = run.CompletedAt,
        output = new { title = run.Title, summary = run.Summary, text = run.Text, annotations_count = 0 },
        app = new { id = run.AppId, slug = run.AppId == FakeApp.Id ? "stepexport" : "other" },
        check_suite = new { id = run.Id + 1_000_000, head_sha = run.HeadSha },
        pull_requests = pulls.Where(p => p.Repository == run.Repository && p.HeadRepository == run.Repository && p.HeadSha == run.HeadSha).Select(PullReference),
    };
}
