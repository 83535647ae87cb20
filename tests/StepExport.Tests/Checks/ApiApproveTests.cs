using System.Net;
using StepExport.Core.Checks;
using StepExport.Testing.Checks;

namespace StepExport.Tests.Checks;

/// <summary>Who may approve over the API, what the answers are, and what is refused.</summary>
public sealed class ApiApproveTests : IAsyncLifetime
{
    private static readonly string Path = $"/api/checks/{SomeFinding.Run(1)}/approve";
    private ApiRig _rig = null!;

    public async ValueTask InitializeAsync()
    {
        _rig = await ApiRig.StartAsync();
        _rig.Store.Apply([SomeFinding.Failing(1)]);
    }

    public async ValueTask DisposeAsync() => await _rig.DisposeAsync();

    [Fact]
    public async Task An_operator_approves_under_his_login()
    {
        var (status, body) = await _rig.ApproveAsync(SomeFinding.Run(1), 1, comment: "our new mirror");
        Assert.Equal((HttpStatusCode.OK, "approved"), (status, (string?)body!["outcome"]));
        var check = _rig.Checks.Check();
        Assert.Equal((CheckStatus.Approved, CheckConclusion.Success), (check.Status, check.Conclusion));
        Assert.Equal(("anna-at-github", ApprovalVia.Api, "our new mirror", 1), (check.Approval!.Login, check.Approval.Via, check.Approval.Comment, check.Approval.Revision));
    }

    [Fact]
    public async Task Who_is_in_no_list_is_refused_and_the_refusal_is_kept()
    {
        var (status, body) = await _rig.ApproveAsync(SomeFinding.Run(1), 1, ApiRig.Ben);
        Assert.Equal((HttpStatusCode.Forbidden, "forbidden"), (status, (string?)body!["outcome"]));
        Assert.Contains("ben", (string?)body["text"], StringComparison.Ordinal);
        Assert.Equal(CheckStatus.Pending, _rig.Checks.Check().Status);
        Assert.Contains(_rig.Store.History(SomeFinding.Run(1)), line => line.Kind == CheckEventKind.Refused && line.Login == "ben");
    }

    [Fact]
    public async Task Findings_that_the_approver_has_not_seen_are_not_approved()
    {
        _rig.Store.Apply([SomeFinding.Failing(2)]);
        var (status, body) = await _rig.ApproveAsync(SomeFinding.Run(1), 1);
        Assert.Equal((HttpStatusCode.Conflict, "changed"), (status, (string?)body!["outcome"]));
        Assert.Equal(CheckStatus.Pending, _rig.Checks.Check().Status);
    }

    [Fact]
    public async Task Of_many_at_once_one_is_the_approver()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => _rig.ApproveAsync(SomeFinding.Run(1), 1)));
        Assert.Single(answers, a => a.Status == HttpStatusCode.OK);
        Assert.Equal(7, answers.Count(a => a.Status == HttpStatusCode.Conflict && (string?)a.Body!["outcome"] == "nothingPending"));
        Assert.Single(_rig.Store.History(SomeFinding.Run(1)), line => line.Kind == CheckEventKind.Approved);
    }

    [Fact]
    public async Task While_authors_are_unknown_it_is_to_be_tried_later()
    {
        await using var rig = await ApiRig.StartAsync(hasGitHub: true);
        rig.Store.Apply([SomeFinding.Failing(1)]);
        var (status, body) = await rig.ApproveAsync(SomeFinding.Run(1), 1);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "tryLater"), (status, (string?)body!["outcome"]));
        Assert.Equal(CheckStatus.Pending, rig.Checks.Check().Status);
    }

    [Theory]
    [InlineData("/api/checks/acme/api/1/approve")]
    [InlineData("/api/checks/approve")]
    [InlineData("/api/checks/acme/api/approve")]
    [InlineData("/api/checks/acme/api/x/approve")]
    public async Task A_check_that_is_not_there_is_404(string path) => Assert.Equal(HttpStatusCode.NotFound, (await _rig.PostAsync(path, "{\"revision\":1}")).Status);

    [Theory]
    [InlineData(null)]
    [InlineData("wrong")]
    [InlineData(ApiRig.Admin)]
    public async Task Only_an_operators_token_approves(string? token)
    {
        Assert.Equal(HttpStatusCode.Unauthorized, (await _rig.PostAsync(Path, "{\"revision\":1}", token)).Status);
        Assert.Equal(CheckStatus.Pending, _rig.Checks.Check().Status);
    }

    [Fact]
    public async Task Nobody_approves_by_a_cookie()
    {
        Assert.Equal(HttpStatusCode.Unauthorized, (await _rig.PostAsync(Path, "{\"revision\":1}", token: null, cookie: $"token={ApiRig.Anna}; stepexport={ApiRig.Anna}")).Status);
        Assert.Equal(CheckStatus.Pending, _rig.Checks.Check().Status);
    }

    [Fact]
    public async Task A_form_on_another_site_cannot_approve()
    {
        Assert.Equal(HttpStatusCode.Forbidden, (await _rig.PostAsync(Path, "{\"revision\":1}", header: false)).Status);
        Assert.Equal(CheckStatus.Pending, _rig.Checks.Check().Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"comment\":\"a\"}")]
    [InlineData("{\"revision\":\"1\"}")]
    [InlineData("{\"revision\":1,\"force\":true}")]
    [InlineData("{\"revision\":1")]
    [InlineData("[1]")]
    public async Task What_is_no_approval_is_400(string body)
    {
        Assert.Equal(HttpStatusCode.BadRequest, (await _rig.PostAsync(Path, body)).Status);
        Assert.Equal(CheckStatus.Pending, _rig.Checks.Check().Status);
    }

    [Fact]
    public async Task A_body_has_its_limit_and_no_other_page_takes_one()
    {
        var large = $"{{\"revision\":1,\"comment\":\"{new string('a', 16 * 1024)}\"}}";
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await _rig.PostAsync(Path, large)).Status);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await _rig.PostAsync("/api/checks", "{\"revision\":1}")).Status);
        Assert.Equal(HttpStatusCode.OK, (await _rig.PostAsync(Path, $"{{\"revision\":1,\"comment\":\"{new string('a', 15_000)}\"}}")).Status);
        Assert.Equal(1000, _rig.Checks.Check().Approval!.Comment!.Length);
    }

    [Fact]
    public async Task Looking_does_not_approve() => Assert.Equal(HttpStatusCode.MethodNotAllowed, (await _rig.GetAsync(Path, ApiRig.Anna)).Status);
}
