using StepExport.Core.Checks;
using StepExport.Core.Model;
using StepExport.Testing.Checks;

namespace StepExport.Tests.Checks;

/// <summary>What the records of a check say of its findings.</summary>
public sealed class FailingSummaryTests
{
    [Fact]
    public void It_has_the_highest_severity_and_names_the_gravest_open_findings_first()
    {
        using var rig = new CheckRig();
        rig.Store.Apply([SomeFinding.Failing(1), SomeFinding.Failing(2) with { Severity = Severity.Critical, Title = "worse" }, SomeFinding.Failing(3), SomeFinding.Passing(4)]);
        var summary = rig.Store.Failing(SomeFinding.Run(), titles: 2);
        Assert.Equal((Severity.Critical, 3), (summary.Severity, summary.Open));
        Assert.Equal(["New-Outbound-Network-Call: worse", "New-Outbound-Network-Call: Anomalous outbound call: host1.example.com"], summary.Titles);
    }

    [Fact]
    public void What_is_approved_still_counts_for_the_severity_and_is_open_no_more()
    {
        using var rig = new CheckRig();
        rig.Store.Apply([SomeFinding.Failing(1) with { Severity = Severity.High }]);
        rig.Store.Approve(SomeFinding.Run(), rig.Check().Revision, "alice", ApprovalVia.Page, null);
        var summary = rig.Store.Failing(SomeFinding.Run(), titles: 2);
        Assert.Equal((Severity.High, 0, 0), (summary.Severity, summary.Open, summary.Titles.Count));
    }

    [Fact]
    public void A_check_in_which_nothing_fails_is_informational()
    {
        using var rig = new CheckRig();
        rig.Store.Apply([SomeFinding.Passing()]);
        var summary = rig.Store.Failing(SomeFinding.Run(), titles: 2);
        Assert.Equal((Severity.Informational, 0, 0), (summary.Severity, summary.Open, summary.Titles.Count));
    }
}
