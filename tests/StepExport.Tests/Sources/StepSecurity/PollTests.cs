using StepExport.Testing.StepSecurity;

namespace StepExport.Tests.Sources.StepSecurity;

/// <summary>What a poll and a sweep read, and what they leave.</summary>
public sealed class PollTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    [Fact]
    public async Task The_first_run_reads_page_by_page_as_far_back_as_lookback()
    {
        await using var rig = await ApiRig.StartAsync();
        for (var i = 0; i < 450; i++) rig.Add(i, Hour * i);
        rig.Add(1000, Day * 31);

        await rig.ReadOnceAsync();

        Assert.Equal(Enumerable.Range(0, 450), rig.Numbers());
        Assert.Equal([null, "offset=200", "offset=400"], rig.Server.Requests.Select(request => request["next_token"]));
        Assert.All(rig.Server.Requests, request => Assert.Equal(("Reverse-Shell", "new", "200"), (request["detection_id"], request["status"], request["limit"])));
    }

    [Fact]
    public async Task A_later_poll_ends_at_the_first_page_that_is_older_than_the_overlap()
    {
        await using var rig = await ApiRig.StartAsync();
        for (var i = 0; i < 1000; i++) rig.Add(i, Minute * i);
        await using var source = rig.Run();
        await source.PausedAsync();
        var first = rig.Server.Requests.Count;

        rig.Add(2000, TimeSpan.Zero);
        await source.PollAsync();

        Assert.Contains(2000, rig.Numbers());
        Assert.Equal(first + 2, rig.Server.Requests.Count);
    }

    [Fact]
    public async Task What_comes_late_is_found_by_the_poll_within_the_overlap_and_by_the_sweep_behind_it()
    {
        await using var rig = await ApiRig.StartAsync();
        for (var i = 0; i < 600; i++) rig.Add(i, Minute * i);
        await using var source = rig.Run();
        await source.PausedAsync();

        rig.Add(2000, Minute * 30);
        rig.Add(2001, Minute * 550);
        await source.PollAsync();
        Assert.Contains(2000, rig.Numbers());
        Assert.DoesNotContain(2001, rig.Numbers());

        rig.Time.Advance(Hour);
        await source.PausedAsync();
        Assert.Contains(2001, rig.Numbers());
    }

    [Fact]
    public async Task A_resolved_detection_closes_its_finding_at_the_next_poll_while_it_is_young_and_by_the_sweep_when_it_is_old()
    {
        await using var rig = await ApiRig.StartAsync();
        for (var i = 0; i < 800; i++) rig.Add(i, Hour / 8 * i, i is 100 or 700 ? "new" : "resolved");
        await using var source = rig.Run(rig.Config with { States = ["new", "resolved"], PageSize = 20 });
        await source.PausedAsync(2);

        rig.Server.Store.Move(100, "resolved");
        rig.Server.Store.Move(700, "resolved");
        await source.PollAsync(2);
        Assert.Equal([1, 4], rig.Exported().Where(finding => finding.Number == 100).Select(finding => finding.Status));
        Assert.Equal([1], rig.Exported().Where(finding => finding.Number == 700).Select(finding => finding.Status));

        rig.Time.Advance(Hour);
        await source.PausedAsync(2);
        var old = rig.Exported().Where(finding => finding.Number == 700).ToArray();
        Assert.Equal([(1, 1), (4, 3)], old.Select(finding => (finding.Status, finding.Activity)));
        Assert.Single(old.Select(finding => finding.FindingUid).Distinct());
    }

    [Fact]
    public async Task A_suppressed_detection_updates_its_finding()
    {
        await using var rig = await ApiRig.StartAsync();
        for (var i = 0; i < 10; i++) rig.Add(i, Minute * i);
        await using var source = rig.Run(rig.Config with { States = ["new", "suppressed"] });
        await source.PausedAsync(2);

        for (var i = 0; i < 10; i++) rig.Server.Store.Move(i, "suppressed");
        await source.PollAsync(2);

        // Their flags are true, "true" and not there at all
        var after = rig.Exported().Skip(10).ToArray();
        Assert.All(after, finding => Assert.Equal((3, 2), (finding.Status, finding.Activity)));
        Assert.Equal(Enumerable.Range(0, 10), after.Select(finding => finding.Number).Order());
        Assert.Equal(10, rig.Exported().Select(finding => finding.FindingUid).Distinct().Count());
    }

    [Fact]
    public async Task A_restart_goes_on_from_the_checkpoint_and_reads_the_overlap_again()
    {
        await using var rig = await ApiRig.StartAsync();
        for (var i = 0; i < 1000; i++) rig.Add(i, Minute * i);
        await using (var source = rig.Run())
        {
            await source.PausedAsync();
            await rig.UntilAsync(rig.IsSweepDurable, TimeSpan.FromSeconds(1));
        }

        var before = rig.Server.Requests.Count;
        rig.Time.Advance(Minute * 10);
        rig.Add(2000, Minute);
        await using var again = rig.Run();
        await again.PausedAsync();

        Assert.Contains(2000, rig.Numbers());
        Assert.Equal(2, rig.Server.Requests.Count - before);
    }

    [Fact]
    public async Task A_detection_from_the_future_does_not_blind_later_polls()
    {
        await using var rig = await ApiRig.StartAsync();
        rig.Add(1, -Day * 300);
        for (var i = 10; i < 400; i++) rig.Add(i, Minute * i);
        await using var source = rig.Run(rig.Config with { PageSize = 10 });
        await source.PausedAsync();

        rig.Add(2000, Minute * 40);
        await source.PollAsync();

        Assert.Contains(2000, rig.Numbers());
    }

    [Fact]
    public async Task What_lies_behind_the_sweep_is_not_submitted_again_though_it_stands_on_the_page()
    {
        await using var rig = await ApiRig.StartAsync();
        rig.Add(1, Day * 6.5);
        await using var source = rig.Run();
        await source.PausedAsync();
        var received = rig.Intake.Metrics.Received;

        rig.Time.Advance(Day);
        await source.PausedAsync();

        Assert.Equal((1, 1), (received, rig.Intake.Metrics.Received));
    }

    [Fact]
    public async Task Every_owner_and_type_has_its_own_list()
    {
        await using var rig = await ApiRig.StartAsync();
        rig.Server.Owners = ["acme", "acme-labs"];
        rig.Add(1, Minute);
        rig.Add(2, Minute, owner: "acme-labs");
        rig.Server.Store.Add(3, rig.Time.GetUtcNow(), type: "Domain-Blocked");
        rig.Server.Store.Add(4, rig.Time.GetUtcNow(), type: "Agent-Tampered");

        await rig.ReadOnceAsync(rig.Config with { Owners = ["acme", "acme-labs"], Types = ["Reverse-Shell", "Domain-Blocked"] });

        Assert.Equal([1, 2, 3], rig.Numbers());
        Assert.Equal(4, rig.Server.Requests.Count);
    }

    [Fact]
    public async Task Every_type_means_each_by_its_name_and_the_refusal_of_the_one_without_a_name_ails_nobody()
    {
        await using var rig = await ApiRig.StartAsync();
        for (var i = 0; i < 190; i++) rig.Server.Store.Add(i, rig.Time.GetUtcNow() - Minute);

        await rig.ReadOnceAsync(rig.Config with { Owners = null, Customer = "acme-tenant", Types = ["*"] });

        Assert.Equal(Enumerable.Range(0, 190), rig.Numbers());
        Assert.True(rig.Health.Ok);
        Assert.True(rig.Server.Peak <= 4, $"{rig.Server.Peak} requests at the same time");
    }

    [Fact]
    public async Task A_type_that_nobody_knows_is_found_where_the_API_serves_the_list_without_a_name()
    {
        await using var rig = await ApiRig.StartAsync();
        rig.Server.RequiresType = false;
        rig.Server.Store.Add(1, rig.Time.GetUtcNow(), type: "Brand-New-Type");

        await rig.ReadOnceAsync(rig.Config with { Types = ["*"] });

        Assert.Equal("Brand-New-Type", Assert.Single(rig.Exported()).Type);
    }
}
