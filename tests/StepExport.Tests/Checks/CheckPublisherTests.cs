using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using StepExport.Core.Checks;
using StepExport.Core.Model;
using StepExport.Testing;
using StepExport.Testing.Checks;
using StepExport.Testing.Journal;

namespace StepExport.Tests.Checks;

/// <summary>What happens to checks reaches the journal, once, whatever fails in between.</summary>
public sealed class CheckPublisherTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_failed_check_its_approval_and_the_update_of_each_finding_are_published_in_order_and_once()
    {
        await using var rig = new PublisherRig();
        rig.Fail(findings: 2);
        rig.Checks.Store.Refuse(SomeFinding.Run(), "mallory", ApprovalVia.GitHub, "mallory is not among the approvers");
        rig.Approve();

        Assert.Equal(3, await rig.Publisher.PublishAsync(Stop));

        Assert.Equal(
            ["Check-Result", "Check-Approval", "Check-Approval", "Check-Result", "New-Outbound-Network-Call", "New-Outbound-Network-Call"],
            rig.Durable().Select(record => record.Type));
        Assert.Equal(
            ["Create Fail", "mallory Failure", "alice Success", "Update Pass", "Update Suppressed", "Update Suppressed"],
            rig.Durable().Select(record => Told(JsonNode.Parse(record.Body)!)));
        Assert.Equal(0, await rig.Publisher.PublishAsync(Stop));
        Assert.Equal((6, 0), (rig.Durable().Count, rig.Checks.Store.Totals().Unpublished));
    }

    [Fact]
    public async Task What_is_published_again_after_a_crash_has_the_same_uids_and_is_written_once()
    {
        await using var rig = new PublisherRig();
        rig.Fail(findings: 3);
        rig.Approve();
        Assert.Equal(2, await rig.PublishAndCrashAsync());
        var before = rig.Durable();

        rig.Checks.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(2, await rig.Publisher.PublishAsync(Stop));

        Assert.Equal(before, rig.Durable());
        Assert.Equal(6, before.Select(record => record.Uid).Distinct().Count());
    }

    [Fact]
    public async Task An_approval_of_very_many_findings_updates_every_one()
    {
        await using var rig = new PublisherRig();
        const int findings = 1200;
        rig.Checks.Store.Apply([.. Enumerable.Range(1, findings).Select(number => SomeFinding.Failing(number))]);
        rig.Approve();

        await rig.Publisher.PublishAsync(Stop);

        var updated = rig.Durable().Where(record => record.Type == "New-Outbound-Network-Call").Select(record => (string?)JsonNode.Parse(record.Body)!["finding_info"]!["uid"]);
        Assert.Equal(Enumerable.Range(1, findings).Select(number => $"{number}").Order(), updated.Order());
    }

    [Fact]
    public async Task A_finding_that_cannot_be_read_holds_up_neither_the_approval_nor_the_other_findings()
    {
        await using var rig = new PublisherRig();
        rig.Checks.Store.Apply([SomeFinding.Failing(1), SomeFinding.Failing(2) with { Record = Encoding.UTF8.GetBytes("{\"metadata\":") }, SomeFinding.Failing(3)]);
        rig.Approve();

        Assert.Equal(2, await rig.Publisher.PublishAsync(Stop));

        Assert.Equal(["Check-Result", "Check-Approval", "Check-Result", "New-Outbound-Network-Call", "New-Outbound-Network-Call"], rig.Durable().Select(record => record.Type));
        Assert.Contains(rig.Logs.Take(LogLevel.Error), line => line.Contains("cannot be read", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_the_vendor_has_resolved_since_the_approval_is_not_told_to_be_suppressed()
    {
        await using var rig = new PublisherRig();
        rig.Fail(findings: 2);
        rig.Approve();
        rig.Checks.Store.Apply([SomeFinding.Failing(1) with { Status = FindingStatus.Resolved, Position = new(9, 9) }]);

        await rig.Publisher.PublishAsync(Stop);

        Assert.Single(rig.Durable(), record => record.Type == "New-Outbound-Network-Call");
    }

    [Fact]
    public async Task A_failing_disk_is_waited_for()
    {
        await using var rig = new PublisherRig();
        rig.Fail(findings: 1);
        var failures = 0;
        rig.FailDisk((_, operation, _) => operation == StorageOperation.Write && failures++ < 3 ? StorageFault.DiskFull : StorageFault.None);

        var published = rig.Publisher.PublishAsync(Stop);
        await AdvanceUntilAsync(rig, () => published.IsCompleted);

        Assert.Equal((1, 1), (await published, rig.Durable().Count));
        Assert.True(failures > 3);
    }

    [Fact]
    public async Task The_running_publisher_says_its_trouble_once_and_goes_on_when_it_is_over()
    {
        await using var rig = new PublisherRig();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        Execute(rig, "ALTER TABLE history RENAME TO elsewhere");
        var run = rig.Publisher.RunAsync(stop.Token);
        await AdvanceUntilAsync(rig, () => rig.Logs.All.Any(line => line.StartsWith("Error", StringComparison.Ordinal)));
        rig.Checks.Time.Advance(TimeSpan.FromSeconds(5));

        Execute(rig, "ALTER TABLE elsewhere RENAME TO history");
        rig.Fail(findings: 1);
        await AdvanceUntilAsync(rig, () => rig.Durable().Count == 1);
        rig.Fail(findings: 1, run: 2);
        await AdvanceUntilAsync(rig, () => rig.Durable().Count == 2);

        Assert.Single(rig.Logs.Take(LogLevel.Error), line => line.Contains("tried again every second", StringComparison.Ordinal));
        await stop.CancelAsync();
        await run;
    }

    private static void Execute(PublisherRig rig, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={rig.Checks.Settings.Path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>Lets the clock run until the condition holds, or fails when it hangs.</summary>
    private static async Task AdvanceUntilAsync(PublisherRig rig, Func<bool> condition)
    {
        using var tooLong = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        tooLong.CancelAfter(Hangs.After);
        while (!condition())
        {
            tooLong.Token.ThrowIfCancellationRequested();
            rig.Checks.Time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }
    }

    private static string Told(JsonNode e) => (int)e["class_uid"]! switch
    {
        2003 => $"{e["activity_name"]} {e["compliance"]!["status"]}",
        3004 => $"{e["actor"]!["user"]!["name"]} {e["status"]}",
        _ => $"{e["activity_name"]} {e["status"]}",
    };
}
