using StepExport.Core.Checks;
using StepExport.Testing.Checks;
using static StepExport.Testing.Checks.SomeFinding;

namespace StepExport.Tests.Checks;

/// <summary>What GitHub is told, and when.</summary>
public sealed class StoreReportTests : IDisposable
{
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(5);
    private readonly CheckRig _rig = new(settle: Settle);

    private CheckStore Store => _rig.Store;

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void A_change_rests_so_that_the_detections_of_one_moment_become_one_report()
    {
        Store.Apply([Failing(1)]);
        var due = _rig.Time.GetUtcNow() + Settle;
        _rig.Time.Advance(TimeSpan.FromSeconds(4));
        Store.Apply([Failing(2)]);
        Assert.Null(Store.NextReport());
        Assert.Equal(due, Store.NextReportAt());

        _rig.Time.Advance(TimeSpan.FromSeconds(1));
        var report = Due();
        Assert.Equal((2, null, 2L, 0), (report.Check.Failing, report.CheckRunId, report.Changes, report.Attempts));
        Store.Reported(report, 77);

        Assert.Null(Store.NextReport());
        Assert.Null(Store.NextReportAt());
        Assert.Equal(0, Store.Totals().Unreported);
    }

    [Fact]
    public void An_approval_is_reported_at_once_to_the_check_run_that_is_known()
    {
        Tell(Failing(1), 77);
        Store.Approve(Run(), 1, "eve", ApprovalVia.Page, null);

        var report = Due();
        Assert.Equal((77L, "eve", CheckConclusion.Success), (report.CheckRunId, report.Check.Approval?.Login, report.Check.Conclusion));
    }

    [Fact]
    public void The_one_that_is_due_longest_comes_first()
    {
        Store.Apply([Failing(1, run: 1)]);
        _rig.Time.Advance(TimeSpan.FromSeconds(1));
        Store.Apply([Failing(1, run: 2)]);
        _rig.Time.Advance(Settle);

        Assert.Equal(Run(1), Due().Check.Key);
        Store.Reported(Due(), 1);
        Assert.Equal(Run(2), Due().Check.Key);
    }

    [Fact]
    public void What_changes_while_GitHub_is_told_stays_due()
    {
        Store.Apply([Failing(1)]);
        _rig.Time.Advance(Settle);
        var report = Due();
        Store.Approve(Run(), 1, "eve", ApprovalVia.Page, null);
        Store.Reported(report, 77);

        var next = Due();
        Assert.Equal((77L, CheckStatus.Approved), (next.CheckRunId, next.Check.Status));
        Store.Reported(next, 77);
        Assert.Null(Store.NextReportAt());
    }

    [Fact]
    public void What_GitHub_does_not_take_is_tried_again_when_it_was_said_and_says_why()
    {
        Store.Apply([Failing(1)]);
        _rig.Time.Advance(Settle);
        var again = _rig.Time.GetUtcNow().AddMinutes(1);
        Store.Postpone(Due(), again, "HTTP 502");
        Assert.Null(Store.NextReport());
        Assert.Equal((again, "HTTP 502"), (Store.NextReportAt(), Store.ReportTrouble(Run())));

        _rig.Time.Advance(TimeSpan.FromMinutes(1));
        Store.Postpone(Due(), again.AddMinutes(1), "HTTP 503");
        _rig.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(2, Due().Attempts);
        Store.Reported(Due(), 77);
        Assert.Null(Store.ReportTrouble(Run()));
    }

    [Fact]
    public void What_GitHub_will_never_take_is_not_tried_before_the_check_changes()
    {
        Store.Apply([Failing(1)]);
        _rig.Time.Advance(Settle);
        Store.Postpone(Due(), null, "HTTP 404");
        Assert.Null(Store.NextReportAt());
        Assert.Equal("HTTP 404", Store.ReportTrouble(Run()));

        Store.Approve(Run(), 1, "eve", ApprovalVia.Page, null);
        Assert.Equal(0, Due().Attempts);
    }

    [Fact]
    public void A_change_during_a_report_that_is_given_up_is_told_nevertheless()
    {
        Store.Apply([Failing(1)]);
        _rig.Time.Advance(Settle);
        var report = Due();
        Store.Approve(Run(), 1, "eve", ApprovalVia.Page, null);
        Store.Postpone(report, null, "HTTP 404");

        Assert.Equal(CheckStatus.Approved, Due().Check.Status);
    }

    [Fact]
    public void What_changes_nothing_is_not_reported()
    {
        Tell(Failing(1), 77);
        Store.Apply([Failing(1)]);
        Store.SetRun(Run(), Facts());
        Store.Refuse(Run(), "mallory", ApprovalVia.Page, "no");

        Assert.Null(Store.NextReportAt());
    }

    [Fact]
    public void GitHub_is_told_again_when_somebody_asks_for_it()
    {
        Tell(Failing(1), 77);
        Assert.True(Store.ReportAgain(Run()));
        Assert.False(Store.ReportAgain(Run(9)));
        Assert.Equal(Run(), Due().Check.Key);
    }

    [Fact]
    public void Without_GitHub_nothing_waits_for_it_not_even_from_before()
    {
        Store.Apply([Failing(1)]);
        _rig.Close();
        using var without = CheckStore.Open(_rig.Settings with { Settle = null }, _rig.Time);
        without.Apply([Failing(2)]);

        Assert.Null(without.NextReportAt());
        Assert.Equal(0, without.Totals().Unreported);
    }

    [Fact]
    public void A_reporter_hears_of_a_change()
    {
        var change = Store.NextChange;
        Assert.False(change.IsCompleted);
        Store.Apply([Failing(1)]);
        Assert.True(change.IsCompleted);
    }

    [Fact]
    public void A_delivery_that_was_acted_on_is_known_until_the_checks_of_its_time_are_forgotten()
    {
        Store.Apply([Failing(1)]);
        var key = Failing(1).Check;
        Assert.Equal(PressOutcome.Taken, Store.TakePress(key, 1, "anna", "hash"));
        Store.EndPress(Store.NextPress()!, actedOn: true);
        Assert.Equal(PressOutcome.ActedOn, Store.TakePress(key, 1, "anna", "hash"));

        _rig.Time.Advance(TimeSpan.FromDays(2));
        Store.Apply([Failing(2)]);
        Store.Sweep(TimeSpan.FromDays(1));
        Assert.Equal(PressOutcome.Taken, Store.TakePress(key, 1, "anna", "hash"));
    }

    private DueReport Due() => Store.NextReport() ?? throw new InvalidOperationException("nothing is due");

    private void Tell(CheckFinding finding, long checkRun)
    {
        Store.Apply([finding]);
        _rig.Time.Advance(Settle);
        Store.Reported(Due(), checkRun);
    }
}
