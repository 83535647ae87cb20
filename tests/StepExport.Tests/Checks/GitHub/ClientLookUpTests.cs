using StepExport.Checks.GitHub;
using StepExport.Testing.GitHub;

namespace StepExport.Tests.Checks.GitHub;

public sealed class ClientLookUpTests
{
    [Fact]
    public async Task A_run_is_found_with_its_pull_request_and_the_author_of_that()
    {
        await using var rig = await GitHubRig.StartAsync();
        var run = rig.Server.AddRun(GitHubRig.Repository, GitHubRig.RunId(), actor: "bot", pullRequest: 7, author: "octo");

        var facts = await rig.LookUpAsync();

        Assert.Equal((run.HeadSha, "feature", "CI", 7), (facts.HeadSha, facts.HeadBranch, facts.WorkflowName, facts.PullRequest));
        Assert.Equal(["octo"], facts.Authors);
        Assert.EndsWith($"/acme/api/actions/runs/{GitHubRig.RunId()}", facts.Url, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_pull_request_from_a_fork_is_found_by_its_commit_or_else_by_its_branch(bool byCommit)
    {
        await using var rig = await GitHubRig.StartAsync();
        rig.Server.ForkPullsByCommit = byCommit;
        rig.Server.AddRun(GitHubRig.Repository, GitHubRig.RunId(), actor: "bot", pullRequest: 8, author: "mallory", fork: true);

        var facts = await rig.LookUpAsync();

        Assert.Equal(8, facts.PullRequest);
        Assert.Equal(["mallory"], facts.Authors);
    }

    [Fact]
    public async Task Without_a_pull_request_who_started_the_run_is_its_author()
    {
        await using var rig = await GitHubRig.StartAsync();
        rig.Server.AddRun(GitHubRig.Repository, GitHubRig.RunId(), actor: "jane", branch: "main");

        var facts = await rig.LookUpAsync();

        Assert.Null(facts.PullRequest);
        Assert.Equal(["jane"], facts.Authors);
    }

    [Fact]
    public async Task Of_several_pull_requests_the_open_one_is_named_and_no_author_is_left_out()
    {
        await using var rig = await GitHubRig.StartAsync();
        var run = rig.Server.AddRun(GitHubRig.Repository, GitHubRig.RunId());
        FakePullRequest Pull(int number, string author, string state) => new()
        {
            Repository = run.Repository,
            Number = number,
            Title = "Add a feature",
            Author = author,
            HeadSha = run.HeadSha,
            HeadBranch = run.HeadBranch,
            HeadRepository = run.Repository,
            State = state,
        };
        rig.Server.AddPullRequest(Pull(1, "octo", "closed"));
        rig.Server.AddPullRequest(Pull(2, "cat", "open"));

        var facts = await rig.LookUpAsync();

        Assert.Equal(2, facts.PullRequest);
        Assert.Equal(["octo", "cat"], facts.Authors);
    }

    [Theory]
    [InlineData("acme/..", "1")]
    [InlineData("../api", "1")]
    [InlineData("acme/api?per_page=1&x=", "1")]
    [InlineData("acme/api#", "1")]
    [InlineData("acme/a%2fb", "1")]
    [InlineData("acme/api/more", "1")]
    [InlineData("acme", "1")]
    [InlineData("acme/api", "99999999999999999999")]
    public async Task A_name_or_a_number_that_GitHub_does_not_have_is_never_asked_for(string repository, string run)
    {
        await using var rig = await GitHubRig.StartAsync();
        var e = await Assert.ThrowsAsync<GitHubTroubleException>(() => rig.Api.LookUpAsync(new(repository, run), TestContext.Current.CancellationToken));
        Assert.Equal(GitHubTrouble.ThisOne, e.Kind);
        Assert.Empty(rig.Server.Requests);
    }
}
