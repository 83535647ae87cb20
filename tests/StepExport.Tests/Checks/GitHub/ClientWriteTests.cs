using System.Text.Json;
using StepExport.Testing.Checks;
using StepExport.Testing.GitHub;

namespace StepExport.Tests.Checks.GitHub;

public sealed class ClientWriteTests
{
    [Fact]
    public async Task A_check_run_is_made_once_and_changed_from_then_on()
    {
        await using var rig = await GitHubRig.StartAsync();
        rig.Fail();

        var number = await rig.WriteAsync();
        Assert.Equal(number, await rig.WriteAsync(number));

        var run = Assert.Single(rig.Written);
        Assert.Equal((number, "Harden-Runner", "completed", "failure"), (run.Id, run.Name, run.Status, run.Conclusion));
        Assert.Equal(($"{SomeFinding.Run()}", (await rig.CheckAsync()).Run!.HeadSha), (run.ExternalId, run.HeadSha));
        Assert.Equal($"https://checks.example.com/checks/{SomeFinding.Run()}", run.DetailsUrl);
        Assert.Equal(new FakeAction("Approve", "Mark these findings as reviewed", "approve:1"), Assert.Single(run.Actions));
        Assert.Equal(["POST", "PATCH"], Writes(rig).Select(r => r.Method));
    }

    [Fact]
    public async Task An_approval_turns_it_green_and_takes_the_button_away()
    {
        await using var rig = await GitHubRig.StartAsync();
        rig.Fail();
        var number = await rig.WriteAsync();

        rig.Checks.Store.Approve(SomeFinding.Run(), 1, "alice", "page", "known");
        await rig.WriteAsync(number);

        var run = Assert.Single(rig.Written);
        Assert.Equal(("success", "Approved by alice"), (run.Conclusion, run.Title));
        Assert.Empty(run.Actions);
        Assert.Single(run.Earlier[0].Actions);
        using var sent = JsonDocument.Parse(Writes(rig)[^1].Body);
        Assert.Equal(0, sent.RootElement.GetProperty("actions").GetArrayLength());
    }

    [Fact]
    public async Task One_that_GitHub_has_no_longer_is_made_anew()
    {
        await using var rig = await GitHubRig.StartAsync();
        rig.Fail();

        var number = await rig.WriteAsync(known: 123);

        Assert.Equal(number, Assert.Single(rig.Written).Id);
        Assert.NotEqual(123, number);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(FakeGitHub.ClientId)]
    public async Task A_creation_whose_answer_was_lost_is_found_again(string? appId)
    {
        await using var rig = await GitHubRig.StartAsync(appId: appId);
        rig.Fail();
        rig.Server.Fault = request => request.Method == "POST" && request.Path.EndsWith("/check-runs", StringComparison.Ordinal) ? new() { Done = true, Close = true } : null;
        await Assert.ThrowsAnyAsync<IOException>(() => rig.WriteAsync());
        rig.Server.Fault = _ => null;

        var number = await rig.WriteAsync();

        Assert.Equal(number, Assert.Single(rig.Written).Id);
        Assert.Single(rig.Server.Faults);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(FakeGitHub.ClientId)]
    public async Task A_check_run_of_another_App_is_left_alone(string? appId)
    {
        await using var rig = await GitHubRig.StartAsync(appId: appId);
        rig.Fail();
        var foreign = rig.Server.AddForeignCheckRun(GitHubRig.Repository, (await rig.CheckAsync()).Run!.HeadSha, "Harden-Runner");

        await rig.WriteAsync();

        Assert.Single(rig.Written);
        Assert.Same(foreign, Assert.Single(rig.Server.CheckRuns, run => run.Id == foreign.Id));
    }

    [Fact]
    public async Task Two_runs_of_one_commit_have_a_check_run_each()
    {
        await using var rig = await GitHubRig.StartAsync();
        rig.Fail();
        rig.Server.AddRun(GitHubRig.Repository, GitHubRig.RunId(2), pullRequest: 101, branch: "feature-1");
        rig.Checks.Store.Apply([SomeFinding.Failing(run: 2)]);

        Assert.NotEqual(await rig.WriteAsync(), await rig.WriteAsync(run: 2));

        Assert.Equal(2, rig.Written.Count);
        Assert.Single(rig.Written.Select(run => run.HeadSha).Distinct());
    }

    private static List<FakeGitHubRequest> Writes(GitHubRig rig) =>
        [.. rig.Server.Requests.Where(r => r.Method is "POST" or "PATCH" && r.Path.Contains("/check-runs", StringComparison.Ordinal))];
}
