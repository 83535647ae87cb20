using StepExport.Core.Checks;
using StepExport.Core.Model;
using StepExport.Testing.Checks;
using static StepExport.Testing.Checks.SomeFinding;

namespace StepExport.Tests.Checks;

/// <summary>What findings make of a check.</summary>
public sealed class StoreFindingsTests : IDisposable
{
    private readonly CheckRig _rig = new();

    private CheckStore Store => _rig.Store;

    private Check Check => _rig.Check();

    private IEnumerable<CheckEventKind> History => Store.History(Run()).Reverse().Select(line => line.Kind);

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void A_run_whose_findings_all_pass_is_approved_by_the_rules()
    {
        Store.Apply([Passing(1), Passing(2)]);

        Assert.Equal((CheckConclusion.Success, CheckStatus.Approved, 1, 2, 0), (Check.Conclusion, Check.Status, Check.Revision, Check.Findings, Check.Failing));
        Assert.Equal((_rig.Time.GetUtcNow(), _rig.Time.GetUtcNow()), (Check.FirstSeen, Check.Changed));
        Assert.Null(Check.Approval);
        Assert.Equal([CheckEventKind.Passed], History);
    }

    [Fact]
    public void A_run_with_a_failing_finding_waits_for_somebody()
    {
        Store.Apply([Passing(1), Failing(2)]);

        Assert.Equal((CheckConclusion.Failure, CheckStatus.Pending, 1, 2, 1), (Check.Conclusion, Check.Status, Check.Revision, Check.Findings, Check.Failing));
        Assert.Equal([CheckEventKind.Failed], History);
        Assert.Equal(1, Store.History(Run())[0].Revision);
    }

    [Fact]
    public void Everything_that_was_read_of_a_finding_is_kept()
    {
        var finding = Failing() with { MoreEndpoints = [new("10.0.0.1", null), new("::1", 443), new("odd host\nof two lines", 1)] };
        Store.Apply([finding, Passing(2)]);
        _rig.Restart();

        var kept = Store.Findings(Run());
        Assert.Equal([true, false], kept.Select(f => f.Fails));
        Assert.Equal([new("10.0.0.1", null), new("::1", 443), new("odd host of two lines", 1)], kept[0].MoreEndpoints);
        Assert.Equal(finding.Record.ToArray(), kept[0].Record.ToArray());
        Assert.Equal(
            finding with { Fails = true, Record = default, MoreEndpoints = [] },
            kept[0] with { Record = default, MoreEndpoints = [] });
        Assert.Equal(Passing(2) with { Record = default }, kept[1]);
    }

    [Fact]
    public void The_same_finding_again_changes_nothing()
    {
        Store.Apply([Failing(1), Passing(2)]);
        var before = Check;
        _rig.Time.Advance(TimeSpan.FromMinutes(1));

        Store.Apply([Failing(1) with { At = At.AddDays(1), Position = new(9, 9) }, Passing(2)]);

        Assert.Equal(before, Check);
        Assert.Single(History);
    }

    [Fact]
    public void A_further_failing_finding_is_a_new_revision_and_a_passing_one_is_not()
    {
        Store.Apply([Failing(1)]);
        Store.Apply([Passing(2)]);
        Assert.Equal((1, 2, 1), (Check.Revision, Check.Findings, Check.Failing));

        Store.Apply([Failing(3)]);

        Assert.Equal((2, 3, 2), (Check.Revision, Check.Findings, Check.Failing));
        Assert.Equal([CheckEventKind.Failed, CheckEventKind.Failed], History);
    }

    [Fact]
    public void One_finding_going_while_another_comes_is_a_new_revision_although_as_many_fail()
    {
        Store.Apply([Failing(1)]);
        Store.Apply([Failing(1) with { Status = FindingStatus.Resolved }, Failing(2)]);

        Assert.Equal((2, 2, 1, CheckStatus.Pending), (Check.Revision, Check.Findings, Check.Failing, Check.Status));
        Assert.Equal([CheckEventKind.Failed, CheckEventKind.Failed], History);
        Assert.Equal(ApproveOutcome.Changed, Store.Approve(Run(), 1, "eve", ApprovalVia.Page, null));
    }

    [Theory]
    [InlineData(FindingStatus.Suppressed)]
    [InlineData(FindingStatus.Resolved)]
    internal void What_the_vendor_settles_passes_and_fails_again_when_it_is_new_again(FindingStatus status)
    {
        Store.Apply([Failing(1), Failing(2)]);
        Store.Apply([Failing(1) with { Status = status }]);
        Assert.Equal((2, 1, CheckStatus.Pending), (Check.Revision, Check.Failing, Check.Status));

        Store.Apply([Failing(2) with { Status = status }]);
        Assert.Equal((3, 0, CheckStatus.Approved, CheckConclusion.Success), (Check.Revision, Check.Failing, Check.Status, Check.Conclusion));
        Assert.True(Store.Findings(Run()).All(f => f.Record.IsEmpty), "what fails no more needs no record");

        Store.Apply([Failing(2)]);
        Assert.Equal((4, 1, CheckStatus.Pending), (Check.Revision, Check.Failing, Check.Status));
        Assert.Equal([CheckEventKind.Failed, CheckEventKind.Passed, CheckEventKind.Failed], History);
    }

    [Fact]
    public void Fewer_failing_findings_are_no_further_failure()
    {
        Store.Apply([Failing(1), Failing(2)]);
        Store.Apply([Failing(1) with { Status = FindingStatus.Resolved }]);

        Assert.Equal([CheckEventKind.Failed], History);
    }

    [Fact]
    public void What_the_journal_is_read_again_for_never_brings_back_a_former_state()
    {
        var first = Failing() with { Position = new(5, 1000) };
        var settled = first with { Status = FindingStatus.Suppressed, Position = new(7, 2000) };
        Store.Apply([first]);
        Store.Apply([settled]);
        var before = Check;

        Store.Apply([first]);
        Store.Apply([settled]);

        Assert.Equal(before, Check);
    }

    [Theory]
    [InlineData(1, 3000)]
    [InlineData(9, 500)]
    public void A_journal_that_began_anew_or_a_clock_set_back_keeps_no_state_from_coming(long sequence, long appendedAtMs)
    {
        Store.Apply([Failing() with { Status = FindingStatus.Suppressed, Position = new(7, 2000) }]);
        Store.Apply([Failing() with { Position = new(sequence, appendedAtMs) }]);

        Assert.Equal(CheckStatus.Pending, Check.Status);
    }

    [Fact]
    public void Names_of_repositories_have_no_case()
    {
        Store.Apply([Failing(1)]);
        Store.Apply([Failing(2) with { Check = new("Acme/API", Run().RunId) }]);

        Assert.Equal(2, Check.Findings);
        Assert.Equal(1, Store.List(new() { Repository = "ACME/api" }).Total);
    }

    [Fact]
    public void The_workflow_is_the_first_that_a_finding_names()
    {
        Store.Apply([Failing(1) with { Workflow = "" }]);
        Assert.Equal("", Check.Workflow);
        Store.Apply([Failing(2) with { Workflow = "" }, Failing(3) with { Workflow = "a.yml" }]);
        Store.Apply([Failing(4) with { Workflow = "b.yml" }]);

        Assert.Equal("a.yml", Check.Workflow);
    }

    [Fact]
    public void A_run_without_a_detection_gets_its_check_from_what_GitHub_says_and_keeps_it_in_the_order_of_arrival()
    {
        Store.SetRun(Run(), Facts(), "ci.yml");
        Store.Apply([Failing()]);
        Store.SetRun(Run(), Facts(2));

        Assert.Equal("ci.yml", Check.Workflow);
        Assert.Equal(Facts(2) with { Authors = [] }, Check.Run! with { Authors = [] });
        Assert.Equal(["octo", "cat"], Check.Run!.Authors);
        Assert.Equal([CheckEventKind.Passed, CheckEventKind.Failed], History);
        Assert.Equal((2, 1), (Check.Revision, Check.Failing));
    }

    [Fact]
    public void A_batch_is_taken_whole_or_not_at_all()
    {
        var broken = Failing(2, run: 2) with { Type = null! };
        Assert.ThrowsAny<Exception>(() => Store.Apply([Failing(1), broken]));

        Assert.Null(Store.Find(Run()));
        Store.Apply([Failing(1)]);
        Assert.Equal(1, Check.Failing);
    }
}
