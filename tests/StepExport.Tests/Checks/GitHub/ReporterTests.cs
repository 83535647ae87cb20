using StepExport.Testing.Checks;
using StepExport.Testing.Delivery;
using StepExport.Testing.GitHub;

namespace StepExport.Tests.Checks.GitHub;

public sealed class ReporterTests
{
    [Fact]
    public async Task What_is_due_is_told_once_and_nothing_else()
    {
        await using var rig = await GitHubRig.StartAsync();
        rig.Fail(1);
        rig.Fail(2);
        rig.Report();

        await rig.UntilNothingIsDueAsync();
        await rig.StopAsync();

        Assert.Equal([$"{SomeFinding.Run(1)}", $"{SomeFinding.Run(2)}"], rig.Written.Select(run => run.ExternalId).Order());
        Assert.All(rig.Written, run => Assert.Empty(run.Earlier));
        Assert.Equal((2L, 0L, true), (rig.Metrics.Reported, rig.Metrics.Retried, rig.Metrics.Health.Current.Ok));
        Assert.Equal(101, rig.Checks.Check().Run?.PullRequest);
        Assert.Equal(1, rig.Server.Peak);
    }

    [Fact]
    public async Task Nothing_is_told_before_it_has_settled()
    {
        await using var rig = await GitHubRig.StartAsync();
        rig.Fail();
        var due = rig.Checks.Store.NextReportAt();
        Assert.Equal(rig.Checks.Time.GetUtcNow().AddSeconds(5), due);
        rig.Report();

        await rig.UntilNothingIsDueAsync();

        Assert.All(rig.Server.Requests, request => Assert.True(request.At >= due));
    }

    [Fact]
    public async Task An_approval_is_told_without_the_clock_moving()
    {
        await using var rig = await GitHubRig.StartAsync();
        rig.Fail();
        rig.Report();
        await rig.UntilNothingIsDueAsync();

        rig.Checks.Store.Approve(SomeFinding.Run(), 1, "alice", "page", null);
        await RunnerRig.UntilAsync(() => rig.Checks.Store.NextReportAt() is null);

        Assert.Equal(["failure", "success"], Assert.Single(rig.Written).Versions.Select(version => version.Conclusion));
    }

    [Fact]
    public async Task A_change_during_a_report_is_told_again()
    {
        await using var rig = await GitHubRig.StartAsync();
        rig.Fail();
        var answer = new TaskCompletionSource();
        rig.Server.Fault = request => IsCreation(request) ? new() { Done = true, Until = answer.Task } : null;
        rig.Report();
        await rig.AdvanceUntilAsync(() => rig.Server.Faults.Count > 0);

        rig.Checks.Store.Approve(SomeFinding.Run(), 1, "alice", "page", null);
        answer.SetResult();
        await rig.UntilNothingIsDueAsync();

        Assert.Equal(["failure", "success"], Assert.Single(rig.Written).Versions.Select(version => version.Conclusion));
    }

    [Fact]
    public async Task A_restart_tells_nothing_twice()
    {
        await using var rig = await GitHubRig.StartAsync();
        rig.Fail();
        rig.Report();
        await rig.UntilNothingIsDueAsync();
        await rig.StopAsync();
        var before = rig.Server.Requests.Count;

        rig.Checks.Restart();
        rig.Fail(2);
        rig.Report();
        await rig.UntilNothingIsDueAsync();

        Assert.Equal(2, rig.Written.Count);
        Assert.All(rig.Written, run => Assert.Empty(run.Earlier));
        Assert.All(rig.Server.Requests.Skip(before), request => Assert.DoesNotContain(SomeFinding.Run(1).RunId, request.Path + request.Body, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_stop_between_a_creation_and_its_number_makes_no_second_one()
    {
        await using var rig = await GitHubRig.StartAsync();
        rig.Fail();
        rig.Server.Fault = request => IsCreation(request) ? new() { Done = true, Until = new TaskCompletionSource().Task } : null;
        rig.Report();
        await rig.AdvanceUntilAsync(() => rig.Server.Faults.Count > 0);
        await rig.StopAsync();
        rig.Server.Fault = _ => null;

        rig.Report();
        await rig.UntilNothingIsDueAsync();

        Assert.Single(rig.Written);
    }

    private static bool IsCreation(FakeGitHubRequest request) => request.Method == "POST" && request.Path.EndsWith("/check-runs", StringComparison.Ordinal);
}
