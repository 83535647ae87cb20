using Microsoft.Data.Sqlite;
using StepExport.Core.Checks;
using StepExport.Testing.Checks;

namespace StepExport.Tests.Checks.GitHub.Webhook;

public sealed class DeliveryTests
{
    [Fact]
    public async Task A_ping_is_answered_200()
    {
        await using var rig = await HookRig.StartAsync();
        Assert.Equal((200, """{"note":"the connection works"}"""), await rig.DeliverAsync("""{"zen":"Design for failure.","hook_id":1}""", "ping"));
    }

    [Theory]
    [InlineData("push", "{}")]
    [InlineData("", "{}")]
    [InlineData("check_run", """{"action":"created","check_run":{}}""")]
    [InlineData("check_suite", """{"action":"requested","check_suite":{}}""")]
    [InlineData("workflow_run", """{"action":"requested","workflow_run":{}}""")]
    public async Task What_is_of_no_interest_is_answered_202_and_does_nothing(string @event, string body)
    {
        await using var rig = await HookRig.StartAsync();
        Assert.Equal((202, """{"note":"it is of no interest here; nothing was done"}"""), await rig.DeliverAsync(body, @event));
        Assert.Equal(1, rig.Checks.Store.List(new()).Total);
        Assert.Null(rig.Checks.Store.NextReport());
    }

    [Fact]
    public async Task A_check_run_is_written_again_on_request()
    {
        await using var rig = await HookRig.StartAsync();
        Assert.Null(rig.Checks.Store.NextReport());

        Assert.Equal(202, await rig.StatusAsync(HookRig.CheckRun("rerequested")));

        Assert.Equal(SomeFinding.Run(), rig.Checks.Store.NextReport()?.Check.Key);
        Assert.Equal(404, await rig.StatusAsync(HookRig.CheckRun("rerequested", body => body["check_run"] = HookRig.Run(external: "acme/api/7"))));
    }

    [Fact]
    public async Task All_check_runs_of_a_commit_are_written_again_on_request()
    {
        await using var rig = await HookRig.StartAsync();
        rig.Checks.Store.SetRun(SomeFinding.Run(2), SomeFinding.Facts() with { HeadBranch = null });
        rig.Checks.Store.SetRun(SomeFinding.Run(3), SomeFinding.Facts(3) with { HeadBranch = SomeFinding.Facts().HeadSha });
        rig.Checks.Time.Advance(TimeSpan.FromMinutes(1));
        while (rig.Checks.Store.NextReport() is { } report) rig.Checks.Store.Reported(report, 1);
        string Suite(string repository, long app) =>
            $$$"""{"action":"rerequested","check_suite":{"app":{"id":{{{app}}}},"head_sha":"{{{SomeFinding.Facts().HeadSha}}}"},"repository":{"full_name":"{{{repository}}}"}}""";

        Assert.Equal(403, await rig.StatusAsync(Suite("acme/api", 43), "check_suite"));
        Assert.Equal(404, await rig.StatusAsync(Suite("acme/web", 42), "check_suite"));
        Assert.Null(rig.Checks.Store.NextReport());
        Assert.Equal(202, await rig.StatusAsync(Suite("acme/api", 42), "check_suite"));

        Assert.Equal(2, rig.Checks.Store.Totals().Unreported);
    }

    [Fact]
    public async Task A_run_that_ends_without_a_detection_gets_a_check()
    {
        await using var rig = await HookRig.StartAsync();
        const string Ended = """
            {"action":"completed","workflow_run":{"id":30433642,"name":"CI","path":".github/workflows/ci.yml@main","head_sha":"acb5820ced9479c074f688cc328bf03f341a511d",
             "conclusion":"success","pull_requests":[]},"repository":{"full_name":"acme/api"},"sender":{"login":"dependabot[bot]","type":"Bot"}}
            """;

        for (var i = 0; i < 2; i++) Assert.Equal(202, await rig.StatusAsync(Ended, "workflow_run"));

        var check = rig.Checks.Store.Find(new("acme/api", "30433642"))!;
        Assert.Equal(
            (CheckConclusion.Success, CheckStatus.Approved, ".github/workflows/ci.yml", 1, 0, null),
            (check.Conclusion, check.Status, check.Workflow, check.Revision, check.Findings, check.Run));
        Assert.NotNull(rig.Checks.Store.NextReportAt());

        await using var without = await HookRig.StartAsync(HookRig.Config(everyRun: false));
        Assert.Equal(202, await without.StatusAsync(Ended, "workflow_run"));
        Assert.Equal(1, without.Checks.Store.List(new()).Total);
    }

    [Fact]
    public async Task What_cannot_be_stored_is_503_and_can_be_redelivered()
    {
        await using var rig = await HookRig.StartAsync();
        await using (var other = new SqliteConnection($"Data Source={rig.Checks.Settings.Path};Pooling=False"))
        {
            await other.OpenAsync(TestContext.Current.CancellationToken);
            await ExecuteAsync(other, "ALTER TABLE presses RENAME TO away");
            Assert.Equal(503, await rig.StatusAsync(HookRig.Press()));
            await rig.UntilAsync(() => !rig.Metrics.Health.Current.Ok);
            await ExecuteAsync(other, "ALTER TABLE away RENAME TO presses");
        }

        Assert.Equal(202, await rig.StatusAsync(HookRig.Press()));
        rig.Checks.Time.Advance(TimeSpan.FromMinutes(1));
        await rig.UntilAsync(() => rig.Check.Status == CheckStatus.Approved && rig.Metrics.Health.Current.Ok);
    }

    private static async Task ExecuteAsync(SqliteConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
