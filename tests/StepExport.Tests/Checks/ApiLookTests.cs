using Microsoft.Extensions.Logging.Abstractions;
using StepExport.Admin;
using StepExport.Checks;
using StepExport.Cli;
using StepExport.Core.Checks;
using StepExport.Sinks.Console;
using StepExport.Testing.Checks;
using StepExport.Tests.Admin;

namespace StepExport.Tests.Checks;

/// <summary>What health, metrics and status say about checks.</summary>
public sealed class ApiLookTests : IDisposable
{
    private readonly CheckRig _rig = new();
    private readonly SampleStatus _sample = new();
    private readonly Approvals _approvals;

    public ApiLookTests() => _approvals = new(_rig.Store, new() { Logins = ["anna"] }, null, false, NullLogger<Approvals>.Instance);

    public void Dispose() => _rig.Dispose();

    [Fact]
    public async Task Checks_and_what_became_of_approvals_are_counted()
    {
        var look = new ChecksLook(_rig.Store, _approvals, null, _rig.Time);
        _rig.Store.Apply([SomeFinding.Failing(1), SomeFinding.Failing(1, run: 2), SomeFinding.Passing(1, run: 3)]);
        var stop = TestContext.Current.CancellationToken;
        await _approvals.ApproveAsync(SomeFinding.Run(1), 1, new("ben", []), ApprovalVia.Api, null, stop);
        await _approvals.ApproveAsync(SomeFinding.Run(1), 1, new("anna", []), ApprovalVia.Api, null, stop);
        await _approvals.ApproveAsync(SomeFinding.Run(1), 1, new("anna", []), ApprovalVia.Api, null, stop);

        var status = look.Status;

        Assert.Equal((1, 2, _rig.Time.GetUtcNow()), (status.Totals.Pending, status.Totals.Approved, status.Totals.OldestPending));
        Assert.Equal(
            [("approved", 1L), ("forbidden", 1L), ("unknown", 0L), ("nothingPending", 1L), ("changed", 0L), ("tryLater", 0L)], status.Approvals);
        Assert.Null(status.GitHub);
    }

    [Fact]
    public void It_looks_once_in_a_while_however_often_it_is_asked()
    {
        var look = new ChecksLook(_rig.Store, _approvals, null, _rig.Time);
        Assert.Equal(0, look.Status.Totals.Pending);
        _rig.Store.Apply([SomeFinding.Failing(1)]);
        _rig.Time.Advance(ChecksLook.Age - TimeSpan.FromTicks(1));
        Assert.Equal(0, look.Status.Totals.Pending);
        _rig.Time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(1, look.Status.Totals.Pending);
    }

    [Fact]
    public void A_store_that_cannot_be_read_is_said_with_what_was_last_known()
    {
        var look = new ChecksLook(_rig.Store, _approvals, null, _rig.Time);
        _rig.Store.Apply([SomeFinding.Failing(1)]);
        Assert.Null(look.Status.Trouble);
        ApiRig.Damage(_rig);
        _rig.Time.Advance(ChecksLook.Age);
        Assert.Equal((1, true), (look.Status.Totals.Pending, look.Status.Trouble?.Contains("checks.db", StringComparison.Ordinal)));
    }

    [Fact]
    public void Readiness_names_checks_and_GitHub()
    {
        Assert.True(Readiness.Of(_sample.Status).Ready);
        _sample.ChecksTrouble = "the disk is gone";
        _sample.GitHub.Unhealthy("GitHub refuses the App");
        _sample.Webhook.Unhealthy("the secret is empty");
        var readiness = Readiness.Of(_sample.Status);
        Assert.False(readiness.Ready);
        Assert.Equal([("checks", "the disk is gone"), ("gitHub", "GitHub refuses the App"), ("gitHubWebhook", "the secret is empty")], readiness.Unhealthy.Select(part => (part.Kind, part.Reason)));
    }

    [Fact]
    public void Without_checks_nobody_speaks_of_them()
    {
        _sample.Status.Checks = null;
        Assert.DoesNotContain("checks", MetricsPage.Of(_sample.Status), StringComparison.Ordinal);
        Assert.Null(StatusReport.Of(_sample.Status).Checks);
        Assert.DoesNotContain("checks", Text(), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_GitHub_nothing_is_said_to_wait_for_it()
    {
        _sample.Status.Checks = () => new(new(1, 0, 0, 0, null), []);
        Assert.DoesNotContain("github", MetricsPage.Of(_sample.Status), StringComparison.Ordinal);
        Assert.DoesNotContain("GitHub", Text(), StringComparison.Ordinal);
    }

    [Fact]
    public void Status_has_a_line()
    {
        Assert.Contains(
            "checks        2 pending, 7 approved, the oldest waits for 1m 30s, 1 event on the way to the journal; GitHub has been told 11 times, 4 to tell\n", Text(), StringComparison.Ordinal);
        _sample.GitHub.Unhealthy("GitHub refuses the \e[2J App");
        Assert.Contains("\n  GitHub refuses the ", Text(), StringComparison.Ordinal);
        Assert.DoesNotContain("\e", Text(), StringComparison.Ordinal);
    }

    private string Text()
    {
        var report = StatusReport.Of(_sample.Status);
        return StatusText.Of(report, report, new("http://localhost:1"), Terminal.None);
    }
}
