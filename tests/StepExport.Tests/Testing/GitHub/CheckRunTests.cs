namespace StepExport.Tests.Testing.GitHub;

/// <summary>The double keeps check runs as GitHub does, and its limits.</summary>
public sealed class CheckRunTests
{
    private const string Path = "/repos/acme/api/check-runs";

    [Fact]
    public async Task Keeps_every_version_of_a_check_run()
    {
        await using var talk = await GitHubConversation.StartAsync();
        var token = await talk.TokenAsync();
        var (status, created) = await talk.AskAsync("POST", Path, token, new
        {
            name = "Harden-Runner",
            head_sha = GitHubConversation.Sha,
            external_id = "acme/api/123",
            conclusion = "failure",
            output = new { title = "2 calls", summary = "table" },
            actions = new[] { new { label = "Approve", description = "They are known", identifier = "approve:1" } },
        });
        Assert.Equal(201, status);

        (status, _) = await talk.AskAsync("PATCH", $"{Path}/{created.GetProperty("id").GetInt64()}", token, new
        {
            conclusion = "success",
            output = new { title = "Approved", summary = "by jane" },
            actions = Array.Empty<object>(),
        });

        Assert.Equal(200, status);
        var run = Assert.Single(talk.GitHub.CheckRuns);
        Assert.Equal(["failure", "success"], run.Versions.Select(v => v.Conclusion));
        Assert.Equal(["2 calls", "Approved"], run.Versions.Select(v => v.Title));
        Assert.Equal([1, 0], run.Versions.Select(v => v.Actions.Count));
        Assert.Equal(("completed", "acme/api/123", "by jane"), (run.Status, run.ExternalId, run.Summary));
    }

    public static TheoryData<string> BeyondLimits =>
    [
        "head_sha", "name", "commit", "conclusion", "status", "label", "description", "identifier", "actions", "title", "summary", "text", "details_url", "no conclusion",
    ];

    [Theory]
    [MemberData(nameof(BeyondLimits))]
    public async Task Refuses_what_is_beyond_a_limit_and_takes_what_is_at_it(string wrong)
    {
        await using var talk = await GitHubConversation.StartAsync();
        var token = await talk.TokenAsync();

        Assert.Equal(201, (await talk.AskAsync("POST", Path, token, Body(""))).Status);
        Assert.Equal(422, (await talk.AskAsync("POST", Path, token, Body(wrong))).Status);
        Assert.Single(talk.GitHub.CheckRuns);
    }

    [Fact]
    public async Task Lists_the_latest_of_each_name_and_App()
    {
        await using var talk = await GitHubConversation.StartAsync();
        var token = await talk.TokenAsync();
        await talk.AskAsync("POST", Path, token, Body(""));
        var (_, second) = await talk.AskAsync("POST", Path, token, Body(""));
        var foreign = talk.GitHub.AddForeignCheckRun("acme/api", GitHubConversation.Sha, "Harden-Runner");
        var list = $"/repos/acme/api/commits/{GitHubConversation.Sha}/check-runs?check_name=Harden-Runner";

        Assert.Equal(3, (await talk.AskAsync("GET", $"{list}&filter=all", token)).Body.GetProperty("total_count").GetInt32());
        Assert.Equal(2, (await talk.AskAsync("GET", list, token)).Body.GetProperty("total_count").GetInt32());
        var (_, own) = await talk.AskAsync("GET", $"{list}&app_id={talk.GitHub.AppId}", token);
        Assert.Equal(second.GetProperty("id").GetInt64(), Assert.Single(own.GetProperty("check_runs").EnumerateArray()).GetProperty("id").GetInt64());
        Assert.Equal(403, (await talk.AskAsync("PATCH", $"{Path}/{foreign.Id}", token, new { conclusion = "failure" })).Status);
    }

    [Fact]
    public async Task A_run_from_a_fork_names_no_pull_request()
    {
        await using var talk = await GitHubConversation.StartAsync();
        talk.GitHub.AddRun("acme/api", 124, new string('a', 40), pullRequest: 8, author: "mallory", fork: true, branch: "evil");
        var token = await talk.TokenAsync();
        var byCommit = $"/repos/acme/api/commits/{new string('a', 40)}/pulls";

        Assert.Single((await talk.AskAsync("GET", "/repos/acme/api/actions/runs/123", token)).Body.GetProperty("pull_requests").EnumerateArray());
        Assert.Empty((await talk.AskAsync("GET", "/repos/acme/api/actions/runs/124", token)).Body.GetProperty("pull_requests").EnumerateArray());
        Assert.Single((await talk.AskAsync("GET", byCommit, token)).Body.EnumerateArray());
        talk.GitHub.ForkPullsByCommit = false;
        Assert.Empty((await talk.AskAsync("GET", byCommit, token)).Body.EnumerateArray());
        var pull = Assert.Single((await talk.AskAsync("GET", "/repos/acme/api/pulls?head=mallory:evil", token)).Body.EnumerateArray());
        Assert.Equal("mallory", pull.GetProperty("user").GetProperty("login").GetString());
    }

    private static Dictionary<string, object?> Body(string wrong)
    {
        string Text(string name, int longest) => new('x', wrong == name ? longest + 1 : longest);
        var action = new { label = Text("label", 20), description = Text("description", 40), identifier = Text("identifier", 20) };
        var body = new Dictionary<string, object?>
        {
            ["name"] = wrong == "name" ? "" : "Harden-Runner",
            ["head_sha"] = wrong switch { "head_sha" => GitHubConversation.Sha[1..], "commit" => new string('f', 40), _ => GitHubConversation.Sha },
            ["details_url"] = wrong == "details_url" ? "javascript:alert(1)" : "https://stepexport.example.com/checks/acme/api/123",
            ["status"] = wrong switch { "status" => "done", "conclusion" => "in_progress", _ => "completed" },
            ["output"] = new { title = wrong == "title" ? "" : "2 calls", summary = Text("summary", 65535), text = Text("text", 65535) },
            ["actions"] = Enumerable.Repeat(action, wrong == "actions" ? 4 : 3),
        };
        if (wrong != "no conclusion") body["conclusion"] = "failure";
        return body;
    }
}
