using Microsoft.Extensions.Logging;
using StepExport.Checks;
using StepExport.Configuration;
using StepExport.Core.Checks;
using StepExport.Testing;
using StepExport.Testing.Checks;

namespace StepExport.Tests.Checks;

public sealed class ApprovalsTests : IDisposable
{
    private readonly CheckRig _rig = new(settle: TimeSpan.FromSeconds(5));
    private readonly LogLines _log = new();

    /// <summary>What GitHub says of a team and a login; throws when nothing is set.</summary>
    private Func<string, string, string, bool> _members = (_, _, _) => throw new IOException("GitHub answers 503");

    public ApprovalsTests()
    {
        _rig.Store.Apply([SomeFinding.Failing()]);
        _rig.Store.SetRun(SomeFinding.Run(), SomeFinding.Facts());
    }

    private IReadOnlyList<CheckEvent> Refusals => [.. _rig.Store.History(SomeFinding.Run()).Where(line => line.Kind == CheckEventKind.Refused)];

    public void Dispose() => _rig.Dispose();

    [Theory]
    [InlineData("jane")]
    [InlineData("JANE")]
    public async Task Who_is_listed_approves_whatever_the_case_of_the_login(string login)
    {
        var decision = await ApproveAsync(new() { Logins = ["Jane"] }, login, comment: "  looked\r\nat\u0007 it\u202e ");

        Assert.Equal((DecisionOutcome.Approved, $"approved by {login}"), (decision.Outcome, decision.Text));
        var check = _rig.Check();
        Assert.Equal((CheckConclusion.Success, CheckStatus.Approved), (check.Conclusion, check.Status));
        Assert.Equal(new(login, ApprovalVia.Page, "looked at it", _rig.Time.GetUtcNow(), 1), check.Approval);
        Assert.Equal(
            [$"Information: {login} via page, check {SomeFinding.Run()} at revision 1: Approved, approved by {login}"], _log.Take(LogLevel.Trace));
    }

    [Fact]
    public async Task A_login_that_only_looks_like_a_listed_one_is_another()
    {
        // U+017F and U+212A become S and K when they are made upper case
        Assert.Equal(DecisionOutcome.Forbidden, (await ApproveAsync(new() { Logins = ["sam"] }, "\u017Fam")).Outcome);
        Assert.Equal(DecisionOutcome.Forbidden, (await ApproveAsync(new() { Logins = ["kim"] }, "\u212Aim")).Outcome);
        Assert.Equal(DecisionOutcome.Forbidden, (await ApproveAsync(new() { Logins = [""] }, "")).Outcome);
    }

    [Fact]
    public async Task Who_is_in_no_list_is_refused_and_the_refusal_is_kept_once_and_shown_on_GitHub()
    {
        _rig.Store.Reported(Due(TimeSpan.FromMinutes(1)), 1);
        Assert.Null(_rig.Store.NextReport());

        for (var i = 0; i < 2; i++)
        {
            var decision = await ApproveAsync(new() { Logins = ["jane"], Groups = ["security"] }, "mallory\u001b[2J", groups: ["Security"]);
            Assert.Equal(DecisionOutcome.Forbidden, decision.Outcome);
            Assert.Contains("is in none of the lists of checks.approvers", decision.Text, StringComparison.Ordinal);
        }

        Assert.Equal([("mallory\u001b[2J", "page", "is in none of the lists of checks.approvers")], Refusals.Select(line => (line.Login, line.Via, line.Text)));
        Assert.Equal(CheckStatus.Pending, _rig.Check().Status);
        Assert.NotNull(_rig.Store.NextReport());
        Assert.All(_log.Take(), line => Assert.StartsWith("Warning: mallory\\u{1b}[2J via page", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Who_is_in_a_listed_group_approves() =>
        Assert.Equal(DecisionOutcome.Approved, (await ApproveAsync(new() { Groups = ["security"] }, "jane", groups: ["staff", "security"])).Outcome);

    [Fact]
    public async Task Who_is_in_a_team_approves_even_while_GitHub_does_not_answer_for_another_one()
    {
        var asked = new List<string>();
        _members = (org, team, login) =>
        {
            asked.Add($"{org}/{team} {login}");
            return team == "soc" ? true : throw new IOException("GitHub answers 503");
        };

        Assert.Equal(DecisionOutcome.Approved, (await ApproveAsync(new() { Teams = ["acme/sec", "acme/soc"] }, "jane")).Outcome);
        Assert.Equal(["acme/sec jane", "acme/soc jane"], asked);
    }

    [Fact]
    public async Task Who_is_in_no_team_is_refused()
    {
        _members = (_, _, _) => false;
        Assert.Equal(DecisionOutcome.Forbidden, (await ApproveAsync(new() { Teams = ["acme/sec"] }, "jane")).Outcome);
        Assert.Single(Refusals);
    }

    [Fact]
    public async Task No_answer_of_GitHub_is_no_refusal()
    {
        _members = (_, team, _) => team == "sec" ? false : throw new IOException("GitHub answers 503");

        var decision = await ApproveAsync(new() { Teams = ["acme/sec", "acme/soc"] }, "jane");

        Assert.Equal(
            (DecisionOutcome.TryLater, "GitHub does not say whether jane is in a team that may approve: GitHub answers 503; try again in a minute"),
            (decision.Outcome, decision.Text));
        Assert.Empty(Refusals);
        Assert.Equal(CheckStatus.Pending, _rig.Check().Status);
    }

    [Theory]
    [InlineData("..")]
    [InlineData("jane/../../octo")]
    [InlineData("jane\0")]
    [InlineData("")]
    public async Task A_name_that_is_no_login_is_not_asked_for_at_GitHub(string name)
    {
        _members = (_, _, login) => throw new InvalidOperationException($"asked for {login}");
        Assert.Equal(DecisionOutcome.Forbidden, (await ApproveAsync(new() { Teams = ["acme/sec"] }, name)).Outcome);
    }

    [Theory]
    [InlineData("octo")]
    [InlineData("Cat")]
    public async Task An_author_may_not_approve_however_he_is_listed(string author)
    {
        var decision = await ApproveAsync(new() { Logins = [author], Teams = ["acme/sec"] }, author);

        Assert.Equal(
            (DecisionOutcome.Forbidden, $"{author} may not approve it: {author} opened the pull request, or started the run; somebody else has to approve it"),
            (decision.Outcome, decision.Text));
        Assert.Single(Refusals);
        Assert.Equal(DecisionOutcome.Approved, (await ApproveAsync(new() { Logins = [author], Authors = true }, author)).Outcome);
    }

    [Fact]
    public async Task Nobody_approves_before_GitHub_has_said_who_the_authors_are()
    {
        _rig.Store.Apply([SomeFinding.Failing(run: 2)]);
        Assert.Equal(
            "GitHub is still being asked who opened the pull request, and who did may not approve it; try again in a minute",
            (await ApproveAsync(new() { Logins = ["jane"] }, "jane", run: 2)).Text);

        _rig.Store.Reported(Due(TimeSpan.FromMinutes(1)), 1);
        _rig.Store.Postpone(Due(TimeSpan.Zero), null, "the App is not installed in acme/api");
        var decision = await ApproveAsync(new() { Logins = ["jane"] }, "jane", run: 2);
        Assert.Equal(DecisionOutcome.TryLater, decision.Outcome);
        Assert.Contains(": the App is not installed in acme/api; try again", decision.Text, StringComparison.Ordinal);
        Assert.Equal(CheckStatus.Pending, _rig.Check(2).Status);

        // Without GitHub nobody will ever say, and with authors nobody has to
        Assert.Equal(DecisionOutcome.Approved, (await ApproveAsync(new() { Logins = ["jane"], Authors = true }, "jane", run: 2)).Outcome);
        _rig.Store.Apply([SomeFinding.Failing(run: 3)]);
        Assert.Equal(DecisionOutcome.Approved, (await ApproveAsync(new() { Logins = ["jane"] }, "jane", run: 3, hasGitHub: false)).Outcome);
    }

    [Fact]
    public async Task What_has_changed_has_to_be_looked_at_again()
    {
        _rig.Store.Apply([SomeFinding.Failing(2), SomeFinding.Passing(3)]);

        var decision = await ApproveAsync(new() { Logins = ["jane"] }, "jane", revision: 1);

        Assert.Equal(
            (DecisionOutcome.Changed, "it has changed since you looked, 2 of its 3 findings fail; look at it again, then approve"), (decision.Outcome, decision.Text));
        Assert.Equal(CheckStatus.Pending, _rig.Check().Status);
    }

    [Fact]
    public async Task What_comes_while_GitHub_is_asked_is_not_approved_unseen()
    {
        _members = (_, _, _) =>
        {
            _rig.Store.Apply([SomeFinding.Failing(2)]);
            return true;
        };

        Assert.Equal(DecisionOutcome.Changed, (await ApproveAsync(new() { Teams = ["acme/sec"] }, "jane")).Outcome);
        Assert.Equal(CheckStatus.Pending, _rig.Check().Status);
    }

    [Fact]
    public async Task What_is_not_pending_cannot_be_approved()
    {
        var config = new ApproversConfig { Logins = ["jane", "joe"] };
        Assert.Equal(DecisionOutcome.Approved, (await ApproveAsync(config, "jane")).Outcome);
        _rig.Time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(
            new(DecisionOutcome.NothingPending, "already approved by jane at 2026-07-22 18:00:00 UTC; nothing is left to do"), await ApproveAsync(config, "joe", revision: 1));
        _rig.Store.Apply([SomeFinding.Passing(run: 2)]);
        Assert.Equal(new(DecisionOutcome.NothingPending, "nothing of it fails, so there is nothing to approve"), await ApproveAsync(config, "joe", run: 2));
        Assert.Equal(DecisionOutcome.Unknown, (await ApproveAsync(config, "joe", revision: 1, run: 99)).Outcome);
    }

    [Fact]
    public async Task Of_many_at_once_one_is_the_approver()
    {
        var people = Enumerable.Range(1, 8).Select(i => $"jane{i}").ToArray();
        using var all = new Barrier(people.Length);

        var decisions = await Task.WhenAll(people.Select(login => Task.Factory.StartNew(
            () =>
            {
                all.SignalAndWait(Hangs.After);
                return ApproveAsync(new() { Logins = people }, login, revision: 1);
            },
            TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap()));

        Assert.Single(decisions, decision => decision.Outcome == DecisionOutcome.Approved);
        Assert.Equal(7, decisions.Count(decision => decision.Outcome == DecisionOutcome.NothingPending
            && decision.Text.StartsWith($"already approved by {_rig.Check().Approval!.Login} at ", StringComparison.Ordinal)));
        Assert.Single(_rig.Store.History(SomeFinding.Run()), line => line.Kind == CheckEventKind.Approved);
    }

    private DueReport Due(TimeSpan wait)
    {
        _rig.Time.Advance(wait);
        return _rig.Store.NextReport() ?? throw new InvalidOperationException("nothing is due");
    }

    private Task<Decision> ApproveAsync(
        ApproversConfig config, string login, int? revision = null, string[]? groups = null, string? comment = null, int run = 1, bool hasGitHub = true)
    {
        var approvals = new Approvals(
            _rig.Store, config, hasGitHub ? (org, team, who, _) => Task.FromResult(_members(org, team, who)) : null, hasGitHub, new Logger<Approvals>(_log));
        return approvals.ApproveAsync(
            SomeFinding.Run(run), revision ?? _rig.Check(run).Revision, new(login, groups ?? []), ApprovalVia.Page, comment, TestContext.Current.CancellationToken);
    }
}
