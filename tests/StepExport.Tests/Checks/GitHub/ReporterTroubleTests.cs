using StepExport.Testing.Checks;
using StepExport.Testing.GitHub;

namespace StepExport.Tests.Checks.GitHub;

public sealed class ReporterTroubleTests
{
    [Fact]
    public async Task A_run_that_GitHub_does_not_know_waits_an_hour_and_holds_nothing_up()
    {
        await using var rig = await GitHubRig.StartAsync();
        rig.Server.AddRepository(GitHubRig.Repository);
        rig.Checks.Store.Apply([SomeFinding.Failing()]);
        rig.Fail(2);
        rig.Report();
        await rig.AdvanceUntilAsync(() => rig.Metrics.Reported == 1 && rig.Checks.Store.ReportTrouble(SomeFinding.Run()) is not null);
        Assert.Contains("404", rig.Checks.Store.ReportTrouble(SomeFinding.Run()), StringComparison.Ordinal);
        Assert.True(rig.Metrics.Health.Current.Ok);

        rig.Server.AddRun(GitHubRig.Repository, GitHubRig.RunId(), pullRequest: 7);
        rig.Checks.Time.Advance(TimeSpan.FromMinutes(58));
        await rig.UntilNothingIsDueAsync();

        var asked = rig.Server.Requests.Where(r => r.Path.EndsWith($"/runs/{GitHubRig.RunId()}", StringComparison.Ordinal)).Select(r => r.At).ToList();
        Assert.Equal(2, asked.Count);
        Assert.True(asked[1] - asked[0] >= TimeSpan.FromHours(1), $"{asked[1] - asked[0]}");
        Assert.Null(rig.Checks.Store.ReportTrouble(SomeFinding.Run()));
        Assert.Equal(2, rig.Written.Count);
    }

    [Fact]
    public async Task While_GitHub_is_away_it_is_unhealthy_and_afterwards_everything_is_told_once()
    {
        await using var rig = await GitHubRig.StartAsync();
        rig.Fail(1);
        rig.Fail(2);
        await rig.Server.StopAsync();
        rig.Report();
        await rig.AdvanceUntilAsync(() => rig.Metrics.Retried > 2);
        Assert.False(rig.Metrics.Health.Current.Ok);
        Assert.Contains("GitHub does not answer", rig.Metrics.Health.Current.Reason, StringComparison.Ordinal);

        await rig.Server.StartAgainAsync();
        await rig.UntilNothingIsDueAsync();

        Assert.True(rig.Metrics.Health.Current.Ok);
        Assert.Equal(2, rig.Written.Count);
        Assert.All(rig.Written, run => Assert.Empty(run.Earlier));
        Assert.Contains(rig.Log.Take(), line => line.EndsWith("GitHub takes checks again", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_limit_is_kept_for_all_checks()
    {
        await using var rig = await GitHubRig.StartAsync();
        rig.Fail(1);
        rig.Fail(2);
        var reset = rig.Checks.Time.GetUtcNow().AddMinutes(10);
        rig.Server.RateLimit(0, reset);
        rig.Report();
        await rig.AdvanceUntilAsync(() => rig.Metrics.Pauses == 1);
        var before = rig.Server.Requests.Count;

        await rig.UntilNothingIsDueAsync();

        Assert.All(rig.Server.Requests.Skip(before), request => Assert.True(request.At >= reset));
        Assert.Equal((1L, 2), (rig.Metrics.Pauses, rig.Written.Count));
        Assert.True(rig.Metrics.Health.Current.Ok);
    }

    [Theory]
    [InlineData("retry-after", "0")]
    [InlineData("retry-after", "900000")]
    [InlineData("x-ratelimit-reset", "99999999999")]
    public async Task A_limit_of_an_absurd_length_neither_makes_a_hot_loop_nor_switches_off(string header, string value)
    {
        await using var rig = await GitHubRig.StartAsync();
        rig.Fail();
        var headers = new Dictionary<string, string> { ["x-ratelimit-remaining"] = "0", [header] = value };
        rig.Server.Fault = request => request.Path.Contains("/runs/", StringComparison.Ordinal) ? new() { Status = 429, Headers = headers } : null;
        rig.Report();
        await rig.AdvanceUntilAsync(() => rig.Metrics.Pauses > 0);

        rig.Server.Fault = _ => null;
        Assert.InRange(rig.Checks.Store.NextReportAt()!.Value - rig.Checks.Time.GetUtcNow(), TimeSpan.FromMinutes(-1), TimeSpan.FromHours(2));
        rig.Checks.Time.Advance(TimeSpan.FromMinutes(119));
        await rig.UntilNothingIsDueAsync();

        Assert.Single(rig.Written);
    }

    [Fact]
    public async Task A_broken_private_key_is_named_until_it_is_mended()
    {
        await using var rig = await GitHubRig.StartAsync();
        rig.Fail();
        await File.WriteAllTextAsync(rig.KeyFile, "none", TestContext.Current.CancellationToken);
        rig.Report();
        await rig.AdvanceUntilAsync(() => !rig.Metrics.Health.Current.Ok);
        Assert.StartsWith("looking up run acme/api/", rig.Metrics.Health.Current.Reason, StringComparison.Ordinal);
        Assert.Contains("checks.gitHub.privateKey", rig.Metrics.Health.Current.Reason, StringComparison.Ordinal);

        await File.WriteAllTextAsync(rig.KeyFile, rig.Server.PrivateKeyPem, TestContext.Current.CancellationToken);
        await rig.UntilNothingIsDueAsync();

        Assert.Single(rig.Written);
        Assert.True(rig.Metrics.Health.Current.Ok);
    }

    [Fact]
    public async Task An_answer_that_is_not_GitHubs_does_not_end_it()
    {
        await using var rig = await GitHubRig.StartAsync();
        rig.Fail();
        rig.Server.Fault = _ => FakeGitHubFault.Answer(200, "<html>sign in</html>");
        rig.Report();
        await rig.AdvanceUntilAsync(() => rig.Metrics.Retried > 1);

        rig.Server.Fault = _ => null;
        await rig.UntilNothingIsDueAsync();

        Assert.Single(rig.Written);
    }
}
