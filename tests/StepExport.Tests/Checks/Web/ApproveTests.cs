using System.Net;
using StepExport.Core.Checks;
using StepExport.Testing.Checks;

namespace StepExport.Tests.Checks.Web;

public sealed class ApproveTests : IAsyncLifetime
{
    private static readonly string Page = $"/checks/{SomeFinding.Run()}";
    private static readonly string Action = $"{Page}/approve";

    private WebRig _rig = null!;
    private Visitor _octo = null!;

    private Check Check => _rig.Store.Find(SomeFinding.Run())!;

    public async ValueTask InitializeAsync()
    {
        _rig = await WebRig.StartAsync();
        _rig.Store.Apply([SomeFinding.Failing(1), SomeFinding.Passing(2)]);
        _octo = await _rig.SignInAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _octo.Dispose();
        await _rig.DisposeAsync();
    }

    [Fact]
    public async Task Approves_with_a_comment_and_shows_who_did()
    {
        var done = await _octo.SubmitAsync(await _octo.GetAsync(Page), Action, ("comment", "<b>known</b> mirror"));

        Assert.Equal(HttpStatusCode.SeeOther, done.Status);
        Assert.Equal(Page + "?approved", done.Location);
        Assert.Equal((CheckStatus.Approved, "octo", ApprovalVia.Page, "<b>known</b> mirror"), (Check.Status, Check.Approval!.Login, Check.Approval.Via, Check.Approval.Comment));
        var after = await _octo.GetAsync(done.Location!);
        Assert.Contains("<b>Approved.</b>", after.Body, StringComparison.Ordinal);
        Assert.Contains("&lt;b&gt;known&lt;/b&gt; mirror", after.Body, StringComparison.Ordinal);
        Assert.DoesNotContain(Action, after.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_came_while_somebody_looked_is_not_approved()
    {
        var page = await _octo.GetAsync(Page);
        _rig.Store.Apply([SomeFinding.Failing(9)]);

        var late = await _octo.SubmitAsync(page, Action, ("comment", "looks well"));

        Assert.Equal(HttpStatusCode.Conflict, late.Status);
        Assert.Contains("there is something new to look at", late.Body, StringComparison.Ordinal);
        Assert.Contains("host9.example.com", late.Body, StringComparison.Ordinal);
        Assert.Contains("looks well</textarea>", late.Body, StringComparison.Ordinal);
        Assert.Equal(CheckStatus.Pending, Check.Status);
        Assert.Equal(HttpStatusCode.SeeOther, (await _octo.SubmitAsync(late, Action)).Status);
    }

    [Fact]
    public async Task Of_two_at_once_one_is_the_approver()
    {
        using var other = await _rig.SignInAsync();
        var (mine, his) = (await _octo.GetAsync(Page), await other.GetAsync(Page));

        var answers = await Task.WhenAll(_octo.SubmitAsync(mine, Action), other.SubmitAsync(his, Action));

        Assert.Equal([HttpStatusCode.SeeOther, HttpStatusCode.Conflict], answers.Select(answer => answer.Status).Order());
        Assert.Single(_rig.Store.History(SomeFinding.Run()), line => line.Kind == CheckEventKind.Approved);
    }

    [Fact]
    public async Task Who_may_not_is_told_so_and_his_form_is_refused()
    {
        using var victor = await _rig.SignInAsync(WebRig.VictorToken);
        var page = await victor.GetAsync(Page);
        Assert.Contains("You cannot approve this check.", page.Body, StringComparison.Ordinal);
        Assert.DoesNotContain(Action, page.Body, StringComparison.Ordinal);

        var forged = await victor.SubmitAsync(page, "/checks/sign-out");
        using var again = await _rig.SignInAsync(WebRig.VictorToken);
        var token = Visitor.Hidden(await again.GetAsync(Page), "/checks/sign-out");
        forged = await again.PostAsync(Action, [.. token, ("revision", "1")]);

        Assert.Equal(HttpStatusCode.Forbidden, forged.Status);
        Assert.Contains("checks.approvers", forged.Body, StringComparison.Ordinal);
        Assert.Equal(CheckStatus.Pending, Check.Status);
        Assert.Equal("victor", Assert.Single(_rig.Store.History(SomeFinding.Run()), line => line.Kind == CheckEventKind.Refused).Login);
    }

    [Fact]
    public async Task An_author_is_told_that_it_is_his_own()
    {
        _rig.Store.SetRun(SomeFinding.Run(), SomeFinding.Facts());

        Assert.Contains("You opened the pull request", (await _octo.GetAsync(Page)).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_form_without_its_token_does_nothing()
    {
        Assert.Equal(HttpStatusCode.BadRequest, (await _octo.PostAsync(Action, [("revision", "1")])).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await _octo.PostAsync(Action, [("revision", "1"), ("form", "forged")])).Status);
        Assert.Equal(CheckStatus.Pending, Check.Status);
    }

    [Fact]
    public async Task The_token_of_another_session_does_nothing()
    {
        using var victor = await _rig.SignInAsync(WebRig.VictorToken);
        var his = Visitor.Hidden(await victor.GetAsync(Page), "/checks/sign-out");

        Assert.Equal(HttpStatusCode.BadRequest, (await _octo.PostAsync(Action, [.. his, ("revision", "1")])).Status);
        Assert.Equal(CheckStatus.Pending, Check.Status);
    }

    [Theory]
    [InlineData("Origin", "https://evil.example.com")]
    [InlineData("Origin", "null")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    public async Task A_form_of_another_site_does_nothing(string header, string value)
    {
        var fields = Visitor.Hidden(await _octo.GetAsync(Page), Action);

        Assert.Equal(HttpStatusCode.Forbidden, (await _octo.PostAsync(Action, fields, request => request.Headers.Add(header, value))).Status);
        Assert.Equal(CheckStatus.Pending, Check.Status);

        var origin = _rig.Address.GetLeftPart(UriPartial.Authority);
        Assert.Equal(HttpStatusCode.SeeOther, (await _octo.PostAsync(Action, fields, request => request.Headers.Add("Origin", origin))).Status);
    }

    [Fact]
    public async Task A_link_approves_nothing()
    {
        var fields = Visitor.Hidden(await _octo.GetAsync(Page), Action);

        var seen = await _octo.GetAsync($"{Action}?{string.Join('&', fields.Select(f => $"{f.Name}={Uri.EscapeDataString(f.Value)}"))}");

        Assert.Equal((HttpStatusCode.MethodNotAllowed, "POST"), (seen.Status, seen.Headers["Allow"]));
        Assert.Equal(CheckStatus.Pending, Check.Status);
    }

    [Fact]
    public async Task Strangers_approve_nothing()
    {
        using var stranger = _rig.Visit();
        var fields = Visitor.Hidden(await stranger.GetAsync("/checks/sign-in"), "/checks/sign-in");

        var sent = await stranger.PostAsync(Action, [.. fields, ("revision", "1")]);

        Assert.Equal((HttpStatusCode.SeeOther, "/checks/sign-in"), (sent.Status, sent.Location));
        Assert.Equal(CheckStatus.Pending, Check.Status);
    }
}
