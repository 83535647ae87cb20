using StepExport.Core.Checks;
using StepExport.Core.Model;
using StepExport.Testing.Checks;
using static StepExport.Testing.Checks.SomeFinding;

namespace StepExport.Tests.Checks;

public sealed class StoreApprovalTests : IDisposable
{
    private readonly CheckRig _rig = new();

    private CheckStore Store => _rig.Store;

    private Check Check => _rig.Check();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void An_approval_makes_a_success_of_the_check_and_is_there_after_a_restart()
    {
        Store.Apply([Failing(1), Failing(2)]);
        _rig.Time.Advance(TimeSpan.FromMinutes(3));
        Assert.Equal(ApproveOutcome.Approved, Store.Approve(Run(), 1, "eve", ApprovalVia.Page, "known mirror"));
        _rig.Restart();

        Assert.Equal((CheckConclusion.Success, CheckStatus.Approved, 2, 2), (Check.Conclusion, Check.Status, Check.Revision, Check.Failing));
        Assert.Equal(new Approval("eve", ApprovalVia.Page, "known mirror", _rig.Time.GetUtcNow(), 1), Check.Approval);
        Assert.Equal(_rig.Time.GetUtcNow(), Check.Changed);
        Assert.Equal(
            new CheckEvent(_rig.Time.GetUtcNow(), CheckEventKind.Approved, "eve", ApprovalVia.Page, "known mirror", 1), Store.History(Run())[0]);
    }

    [Theory]
    [InlineData(0, ApproveOutcome.Changed)]
    [InlineData(1, ApproveOutcome.Changed)]
    [InlineData(2, ApproveOutcome.Approved)]
    [InlineData(3, ApproveOutcome.Changed)]
    internal void Only_who_has_seen_the_newest_findings_approves_them(int revision, ApproveOutcome expected)
    {
        Store.Apply([Failing(1)]);
        Store.Apply([Failing(2)]);

        Assert.Equal(expected, Store.Approve(Run(), revision, "eve", ApprovalVia.Page, null));
        Assert.Equal(expected == ApproveOutcome.Approved ? CheckStatus.Approved : CheckStatus.Pending, Check.Status);
    }

    [Fact]
    public void There_is_nothing_to_approve_where_nothing_waits()
    {
        Assert.Equal(ApproveOutcome.Unknown, Store.Approve(Run(), 1, "eve", ApprovalVia.Page, null));
        Store.Apply([Passing()]);
        Assert.Equal(ApproveOutcome.NothingPending, Store.Approve(Run(), 1, "eve", ApprovalVia.Page, null));
        Assert.Null(Check.Approval);
    }

    [Fact]
    public void A_late_finding_waits_again_and_the_former_approval_covers_it_not()
    {
        Store.Apply([Failing(1)]);
        Store.Approve(Run(), 1, "eve", ApprovalVia.Page, null);
        Store.Apply([Failing(2)]);
        Assert.Equal((CheckStatus.Pending, CheckConclusion.Failure, 3, 2), (Check.Status, Check.Conclusion, Check.Revision, Check.Failing));
        Assert.Equal("eve", Check.Approval?.Login);

        Assert.Equal(ApproveOutcome.Approved, Store.Approve(Run(), 3, "bob", ApprovalVia.GitHub, null));

        var approvals = Store.Unpublished().Where(line => line.Event.Kind == CheckEventKind.Approved).ToList();
        Assert.Equal([Failing(1).Uid], Store.ApprovedIn(approvals[0].Id, "").Select(f => f.Uid));
        Assert.Equal([Failing(2).Uid], Store.ApprovedIn(approvals[1].Id, "").Select(f => f.Uid));
        Assert.Equal(new("bob", ApprovalVia.GitHub, null, _rig.Time.GetUtcNow(), 3), Check.Approval);
    }

    [Fact]
    public void A_late_finding_that_passes_leaves_the_approval_as_it_is()
    {
        Store.Apply([Failing(1)]);
        Store.Approve(Run(), 1, "eve", ApprovalVia.Page, null);
        Store.Apply([Passing(2)]);

        Assert.Equal((CheckStatus.Approved, 2, 2), (Check.Status, Check.Revision, Check.Findings));
    }

    [Fact]
    public void An_approved_finding_is_open_again_when_it_comes_back_graver_or_with_another_endpoint()
    {
        Store.Apply([Failing(1), Failing(2), Failing(3)]);
        Store.Approve(Run(), 1, "eve", ApprovalVia.Page, null);

        Store.Apply([Failing(1) with { Severity = Severity.High }]);
        Assert.Equal((CheckStatus.Pending, 3), (Check.Status, Check.Revision));
        Store.Approve(Run(), 3, "eve", ApprovalVia.Page, null);

        Store.Apply([Failing(2) with { Endpoint = new("evil.example", 443) }]);
        Assert.Equal((CheckStatus.Pending, 5), (Check.Status, Check.Revision));
        Assert.Equal(new CalledEndpoint("evil.example", 443), Store.Findings(Run()).Single(f => f.Uid == Failing(2).Uid).Endpoint);
        Store.Approve(Run(), 5, "eve", ApprovalVia.Page, null);

        Store.Apply([Failing(3) with { MoreEndpoints = [new("evil.example", 443)] }]);
        Assert.Equal((CheckStatus.Pending, 7), (Check.Status, Check.Revision));
    }

    [Fact]
    public void What_changes_while_it_is_suppressed_has_been_seen_by_nobody()
    {
        Store.Apply([Failing(1), Failing(2)]);
        Store.Approve(Run(), 1, "eve", ApprovalVia.Page, null);
        var (moved, graver) = (Failing(1) with { Endpoint = new("evil.example", 443) }, Failing(2) with { Severity = Severity.High });
        Store.Apply([moved with { Status = FindingStatus.Suppressed }, graver with { Status = FindingStatus.Suppressed }]);
        Assert.Equal(CheckStatus.Approved, Check.Status);

        Store.Apply([moved]);
        Assert.Equal((CheckStatus.Pending, 1), (Check.Status, Check.Failing));
        Store.Approve(Run(), Check.Revision, "eve", ApprovalVia.Page, null);
        Store.Apply([graver]);
        Assert.Equal((CheckStatus.Pending, 2), (Check.Status, Check.Failing));
    }

    [Fact]
    public void An_approved_finding_stays_approved_when_it_becomes_harmless_or_is_told_otherwise()
    {
        Store.Apply([Failing()]);
        Store.Approve(Run(), 1, "eve", ApprovalVia.Page, null);
        foreach (var state in (CheckFinding[])[
            Failing() with { Severity = Severity.Low }, Failing() with { Title = "Told otherwise", Process = "wget" },
            Failing() with { Status = FindingStatus.Suppressed }, Failing()])
        {
            Store.Apply([state]);
            Assert.Equal((CheckStatus.Approved, 2), (Check.Status, Check.Revision));
            Assert.Equal("eve", Check.Approval?.Login);
            Assert.False(Store.Findings(Run())[0].Record.IsEmpty, "the update of the approval is written from it");
        }

        Assert.Equal(1, Check.Failing);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Of_many_at_once_exactly_one_approves(int stores)
    {
        Store.Apply([Failing()]);
        var open = Enumerable.Range(1, stores - 1).Select(_ => _rig.Open()).Append(Store).ToList();
        using var start = new Barrier(8);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait(TestContext.Current.CancellationToken);
                return open[i % open.Count].Approve(Run(), 1, $"person{i}", ApprovalVia.Page, null);
            },
            TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

        var winner = Array.IndexOf(outcomes, ApproveOutcome.Approved);
        Assert.Equal(7, outcomes.Count(outcome => outcome == ApproveOutcome.NothingPending));
        Assert.Equal($"person{winner}", Check.Approval?.Login);
        Assert.Single(Store.History(Run()), line => line.Kind == CheckEventKind.Approved);
    }

    [Fact]
    public void A_refusal_is_kept_once_per_person_reason_and_revision()
    {
        Store.Apply([Failing(1)]);
        Store.Refuse(new("acme/api", "404"), "mallory", ApprovalVia.GitHub, "unknown check");
        foreach (var (login, reason) in (ReadOnlySpan<(string, string)>)[("mallory", "is no approver"), ("mallory", "is no approver"), ("mallory", "own pull request"), ("eve", "is no approver")])
            Store.Refuse(Run(), login, ApprovalVia.GitHub, reason);
        var before = Check;
        Store.Apply([Failing(2)]);
        Store.Refuse(Run(), "mallory", ApprovalVia.Page, "is no approver");

        var refused = Store.History(Run()).Where(line => line.Kind == CheckEventKind.Refused).Select(line => (line.Login, line.Text, line.Via, line.Revision));
        Assert.Equal(
            [("mallory", "is no approver", "page", 2), ("eve", "is no approver", "github", 1), ("mallory", "own pull request", "github", 1), ("mallory", "is no approver", "github", 1)],
            refused);
        Assert.Equal((1, CheckStatus.Pending), (before.Revision, before.Status));
    }

    [Fact]
    public void The_pipeline_is_told_every_line_in_order_until_it_says_that_it_has_it()
    {
        Store.Apply([Passing(1, run: 2), Failing(1)]);
        Store.Approve(Run(), 1, "eve", ApprovalVia.Api, "fine");
        Assert.Equal(3, Store.Totals().Unpublished);

        var lines = Store.Unpublished();
        Assert.Equal(
            [(Run(2), CheckEventKind.Passed), (Run(), CheckEventKind.Failed), (Run(), CheckEventKind.Approved)], lines.Select(line => (line.Check.Key, line.Event.Kind)));
        Assert.Equal(("eve", "fine", CheckStatus.Approved), (lines[1].Check.Approval?.Login, lines[2].Event.Text, lines[2].Check.Status));
        Assert.Equal(lines[0], Assert.Single(Store.Unpublished(limit: 1)));

        Store.Published(lines[1].Id);
        _rig.Restart();
        Assert.Equal([lines[0].Id, lines[2].Id], Store.Unpublished().Select(line => line.Id));
    }

    [Fact]
    public void The_findings_of_an_approval_come_page_by_page()
    {
        Store.Apply([.. Enumerable.Range(1, 5).Select(n => Failing(n)), Passing(6)]);
        Store.Approve(Run(), 1, "eve", ApprovalVia.Page, null);
        var id = Store.Unpublished().Single(line => line.Event.Kind == CheckEventKind.Approved).Id;

        var first = Store.ApprovedIn(id, "", limit: 3);
        var rest = Store.ApprovedIn(id, first[^1].Uid, limit: 3);
        Assert.Equal(Enumerable.Range(1, 5).Select(n => Failing(n).Uid), first.Concat(rest).Select(f => f.Uid));
        Assert.Equal(Failing(1).Record.ToArray(), first[0].Record.ToArray());
    }
}
