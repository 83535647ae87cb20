using StepExport.Testing.StepSecurity;

namespace StepExport.Tests.Sources.StepSecurity;

/// <summary>Threat intelligence, and the organizations of a tenant.</summary>
public sealed class IncidentTests
{
    private const string Incident = """{"id":"6f6a0d2c-0000-4000-8000-00000000000#","title":"Axios compromise","severity":"HIGH","is_active":"true","updated_at":"2026-07-20T10:00:00Z"}""";

    [Fact]
    public async Task Incidents_of_every_owner_are_findings_of_their_type()
    {
        await using var rig = await ApiRig.StartAsync();
        rig.Server.Owners = ["acme", "labs"];
        rig.Server.Store.AddIncident("acme", Incident.Replace('#', '1'));
        rig.Server.Store.AddIncident("labs", Incident.Replace('#', '2'));

        await rig.ReadOnceAsync(rig.Config with { Owners = ["acme", "labs"], ThreatIntelligence = new() });

        var incidents = rig.Exported();
        Assert.Equal(["6f6a0d2c-0000-4000-8000-000000000001", "6f6a0d2c-0000-4000-8000-000000000002"], incidents.Select(finding => finding.FindingUid).Order());
        Assert.All(incidents, finding => Assert.Equal("Threat-Intelligence", finding.Type));
    }

    [Fact]
    public async Task Those_of_a_tenant_are_found_through_its_organizations_also_through_one_that_joins_later()
    {
        await using var rig = await ApiRig.StartAsync();
        rig.Server.Store.AddIncident("acme", Incident.Replace('#', '1'));
        rig.Server.Store.AddIncident("labs", Incident.Replace('#', '2'));
        var config = rig.Config with { Owners = null, Customer = "acme-tenant", ThreatIntelligence = new() };
        await using var source = rig.Run(config);
        await rig.Time.WhenWaitingAsync(config.ThreatIntelligence.PollInterval);
        await rig.Time.WhenWaitingAsync(config.SweepInterval);
        Assert.Single(rig.Exported());

        rig.Server.Owners = ["acme", "labs"];
        rig.Time.Advance(config.SweepInterval);
        await rig.Time.WhenWaitingAsync(config.ThreatIntelligence.PollInterval, 2);
        Assert.Equal(2, rig.Exported().Count);
    }

    [Fact]
    public async Task A_listing_of_organizations_that_fails_is_told_and_stops_no_detection()
    {
        await using var rig = await ApiRig.StartAsync();
        rig.Add(1, TimeSpan.FromMinutes(1));
        rig.Server.Body = request => request.Path.EndsWith("organizations", StringComparison.Ordinal) ? """{"organizations":5}""" : null;
        await using var source = rig.Run(rig.Config with { Owners = null, Customer = "acme-tenant", ThreatIntelligence = new() });
        await source.PausedAsync();
        await rig.UntilAsync(() => !rig.Health.Ok);

        rig.Add(2, TimeSpan.Zero);
        await source.PollAsync();

        Assert.Equal([1, 2], rig.Numbers());
        Assert.Contains("organizations", rig.Health.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_owner_without_a_threat_center_ails_nobody()
    {
        await using var rig = await ApiRig.StartAsync();
        rig.Add(1, TimeSpan.FromMinutes(1));
        rig.Server.Fault = request => request.Path.EndsWith("incidents", StringComparison.Ordinal) ? new(404) : null;
        await rig.ReadOnceAsync(rig.Config with { ThreatIntelligence = new() });
        Assert.True(rig.Health.Ok);
        Assert.Equal([1], rig.Numbers());
    }

    [Fact]
    public async Task Check_asks_for_one_detection_and_says_what_would_be_read()
    {
        await using var rig = await ApiRig.StartAsync();
        await using (var source = rig.Source(rig.Config with { Types = ["*"], States = ["new", "resolved"] }))
        {
            var result = await source.CheckAsync(TestContext.Current.CancellationToken);
            Assert.Equal((true, "the key is accepted; 46 lists of owner acme are read every 1m"), (result.Ok, result.Message));
            Assert.Equal("1", Assert.Single(rig.Server.Requests)["limit"]);
        }

        rig.Server.Key = "another";
        await using var refused = rig.Source(rig.Config);
        var verdict = await refused.CheckAsync(TestContext.Current.CancellationToken);
        Assert.False(verdict.Ok);
        Assert.Contains("HTTP 401", verdict.Message, StringComparison.Ordinal);
        Assert.Empty(rig.Exported());
    }
}
