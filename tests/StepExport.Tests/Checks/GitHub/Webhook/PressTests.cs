using StepExport.Core.Checks;
using StepExport.Testing.Checks;

namespace StepExport.Tests.Checks.GitHub.Webhook;

public sealed class PressTests
{
    [Fact]
    public async Task A_press_by_who_may_approves()
    {
        await using var rig = await HookRig.StartAsync();

        Assert.Equal((202, """{"note":"taken"}"""), await rig.DeliverAsync(HookRig.Press()));
        await rig.DecidedAsync();

        Assert.Equal((CheckConclusion.Success, CheckStatus.Approved), (rig.Check.Conclusion, rig.Check.Status));
        Assert.Equal(new("jane", ApprovalVia.GitHub, null, rig.Checks.Time.GetUtcNow(), 1), rig.Check.Approval);
        Assert.NotNull(rig.Checks.Store.NextReport());
        Assert.Equal(1, rig.Metrics.RequestsByCode[202]);
    }

    [Fact]
    public async Task A_press_by_who_is_in_a_team_approves()
    {
        await using var rig = await HookRig.StartAsync();
        rig.Members = login => login == "kim";

        await rig.DeliverAsync(HookRig.Press("kim"));
        await rig.DecidedAsync();

        Assert.Equal("kim", rig.Check.Approval?.Login);
    }

    [Theory]
    [InlineData("mallory", "is in none of the lists of checks.approvers")]
    [InlineData("octo", "opened the pull request, or started the run")]
    public async Task A_press_by_who_may_not_is_kept_and_shown_on_GitHub(string login, string reason)
    {
        await using var rig = await HookRig.StartAsync();

        Assert.Equal(202, await rig.StatusAsync(HookRig.Press(login)));
        await rig.DecidedAsync();

        Assert.Equal(CheckStatus.Pending, rig.Check.Status);
        Assert.Equal((CheckEventKind.Refused, login, ApprovalVia.GitHub, reason), Last(rig));
        Assert.NotNull(rig.Checks.Store.NextReport());
    }

    [Fact]
    public async Task Who_was_refused_may_press_again_once_permitted()
    {
        await using var rig = await HookRig.StartAsync();
        var body = HookRig.Press("kim");
        await rig.DeliverAsync(body);
        await rig.DecidedAsync();
        Assert.Equal(CheckStatus.Pending, rig.Check.Status);

        rig.Members = login => login == "kim";
        await rig.DeliverAsync(body);
        await rig.DecidedAsync();

        Assert.Equal("kim", rig.Check.Approval?.Login);
    }

    [Fact]
    public async Task Of_two_presses_at_once_one_approves()
    {
        await using var rig = await HookRig.StartAsync();

        var answers = await Task.WhenAll(rig.StatusAsync(HookRig.Press("jane")), rig.StatusAsync(HookRig.Press("joe")));
        await rig.DecidedAsync();

        Assert.Equal([202, 202], answers);
        Assert.Single(rig.Checks.Store.History(SomeFinding.Run()), line => line.Kind == CheckEventKind.Approved);
        Assert.Single(rig.Log.All, line => line.Contains(": Approved, approved by ", StringComparison.Ordinal));
        Assert.Single(rig.Log.All, line => line.Contains(": NothingPending, already approved by ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_press_of_what_was_shown_before_new_findings_came_approves_nothing()
    {
        await using var rig = await HookRig.StartAsync();
        rig.Checks.Store.Apply([SomeFinding.Failing(2)]);

        await rig.DeliverAsync(HookRig.Press(revision: 1));
        await rig.DecidedAsync();
        Assert.Equal(CheckStatus.Pending, rig.Check.Status);
        Assert.Contains(rig.Log.All, line => line.Contains(": Changed, it has changed since you looked", StringComparison.Ordinal));

        await rig.DeliverAsync(HookRig.Press(revision: 2));
        await rig.DecidedAsync();
        Assert.Equal(CheckStatus.Approved, rig.Check.Status);
    }

    [Fact]
    public async Task A_replayed_delivery_does_nothing()
    {
        await using var rig = await HookRig.StartAsync();
        var body = HookRig.Press();
        await rig.DeliverAsync(body, adjust: request => SetId(request, "72d3162e-cc78-11e3-81ab-4c9367dc0958"));
        await rig.DecidedAsync();
        rig.Checks.Store.Apply([SomeFinding.Failing(2)]);
        Assert.Equal(CheckStatus.Pending, rig.Check.Status);
        rig.Log.Take();

        // With its own id, with another one, and under the name of another event: no signature covers these
        Assert.Equal(409, await rig.StatusAsync(body, adjust: request => SetId(request, "72d3162e-cc78-11e3-81ab-4c9367dc0958")));
        Assert.Equal(409, await rig.StatusAsync(body, adjust: request => SetId(request, "00000000-cc78-11e3-81ab-4c9367dc0958")));
        Assert.Equal(400, await rig.StatusAsync(body, "workflow_run"));

        Assert.Null(rig.Checks.Store.NextPressAt());
        Assert.Equal(CheckStatus.Pending, rig.Check.Status);
        Assert.DoesNotContain(rig.Log.All, line => line.Contains("pressed Approve", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_press_waits_over_a_restart_until_GitHub_says_who_is_in_the_team()
    {
        await using var rig = await HookRig.StartAsync();
        rig.Members = _ => throw new IOException("GitHub answers 503");

        Assert.Equal(202, await rig.StatusAsync(HookRig.Press("kim")));
        await rig.UntilAsync(() => !rig.Metrics.Health.Current.Ok);
        Assert.StartsWith("1 presses of Approve at GitHub wait: GitHub does not say whether kim", rig.Metrics.Health.Current.Reason, StringComparison.Ordinal);
        Assert.Equal(202, await rig.StatusAsync(HookRig.Press("kim")));
        Assert.DoesNotContain(rig.Checks.Store.History(SomeFinding.Run()), line => line.Kind == CheckEventKind.Refused);

        // What was pressed is in the file: who opens it next finds it
        Assert.Equal(["kim"], rig.Checks.Open().PostponedPresses().Select(press => press.Login));

        rig.Members = login => login == "kim";
        rig.Checks.Time.Advance(TimeSpan.FromMinutes(1));
        await rig.UntilAsync(() => rig.Check.Status == CheckStatus.Approved);
        await rig.UntilAsync(() => rig.Metrics.Health.Current.Ok);
        Assert.Equal("kim", rig.Check.Approval?.Login);
        Assert.Null(rig.Checks.Store.NextPressAt());
    }

    [Fact]
    public async Task A_press_that_waits_holds_up_no_other()
    {
        await using var rig = await HookRig.StartAsync();
        rig.Members = _ => throw new IOException("GitHub answers 503");
        await rig.DeliverAsync(HookRig.Press("kim"));
        await rig.DeliverAsync(HookRig.Press("jane"));

        await rig.UntilAsync(() => rig.Check.Status == CheckStatus.Approved);
        rig.Checks.Time.Advance(TimeSpan.FromMinutes(1));
        await rig.UntilAsync(() => rig.Checks.Store.NextPressAt() is null);

        Assert.Equal("jane", rig.Check.Approval?.Login);
    }

    private static (CheckEventKind, string?, string?, string?) Last(HookRig rig)
    {
        var last = rig.Checks.Store.History(SomeFinding.Run())[0];
        return (last.Kind, last.Login, last.Via, last.Text);
    }

    private static void SetId(HttpRequestMessage request, string id)
    {
        request.Headers.Remove("X-GitHub-Delivery");
        request.Headers.Add("X-GitHub-Delivery", id);
    }
}
