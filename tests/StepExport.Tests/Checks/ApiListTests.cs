using System.Net;
using System.Text.Json.Nodes;
using StepExport.Testing.Checks;

namespace StepExport.Tests.Checks;

/// <summary>What <c>GET /api/checks</c> shows, and to whom.</summary>
public sealed class ApiListTests : IAsyncLifetime
{
    private ApiRig _rig = null!;

    public async ValueTask InitializeAsync()
    {
        _rig = await ApiRig.StartAsync();
        _rig.Store.Apply([SomeFinding.Failing(1, run: 1), SomeFinding.Passing(2, run: 1), SomeFinding.Passing(1, run: 2)]);
        _rig.Checks.Time.Advance(TimeSpan.FromMinutes(1));
        _rig.Store.Apply([SomeFinding.Failing(1, run: 3) with { Check = new("acme/<b>web</b>", "77") }]);
    }

    public async ValueTask DisposeAsync() => await _rig.DisposeAsync();

    [Fact]
    public async Task Checks_are_listed_newest_first_with_what_they_come_to()
    {
        var (status, body) = await _rig.GetAsync("/api/checks");
        Assert.Equal((HttpStatusCode.OK, 3, 1, 25), (status, (int)body!["total"]!, (int)body["page"]!, (int)body["size"]!));
        Assert.Equal(["acme/<b>web</b>", "acme/api", "acme/api"], Values(body, "repository"));
        var check = Assert.Single(body["checks"]!.AsArray(), c => (string?)c!["runId"] == SomeFinding.Run(1).RunId)!;
        Assert.Equal(("failure", "pending", 1, 2, 1), (
            (string?)check["conclusion"], (string?)check["status"], (int)check["revision"]!, (int)check["findings"]!, (int)check["failing"]!));
        Assert.Equal(("2026-07-22T18:00:00+00:00", ".github/workflows/ci.yml"), ((string?)check["changed"], (string?)check["workflow"]));
        Assert.Null(check["run"]);
        Assert.Null(check["approval"]);
    }

    [Theory]
    [InlineData("conclusion=failure", 2)]
    [InlineData("conclusion=success&status=approved", 1)]
    [InlineData("status=pending&repository=acme/api", 1)]
    [InlineData("repository=acme/%3Cb%3Eweb%3C%2Fb%3E", 1)]
    [InlineData("search=HOST1.example", 2)]
    [InlineData("search=nothing-like-it", 0)]
    [InlineData("conclusion=&status=&repository=&search=&page=&size=", 3)]
    public async Task Conditions_are_joined_by_and(string conditions, int total) =>
        Assert.Equal(total, (int)(await _rig.GetAsync($"/api/checks?{conditions}")).Body!["total"]!);

    [Fact]
    public async Task Pages_follow_one_another()
    {
        var pages = new List<string>();
        for (var page = 1; page <= 4; page++) pages.Add(string.Join(",", Values((await _rig.GetAsync($"/api/checks?size=1&page={page}")).Body, "runId")));
        Assert.Equal(["77", SomeFinding.Run(2).RunId, SomeFinding.Run(1).RunId, ""], pages);
    }

    [Theory]
    [InlineData("conclusion=bad", "conclusion is success or failure")]
    [InlineData("conclusion=1", "conclusion is success or failure")]
    [InlineData("status=open", "status is pending or approved")]
    [InlineData("size=501", "size is a number from 1 to 500")]
    [InlineData("size=0", "size is a number from 1 to 500")]
    [InlineData("page=-1", "page is a number from 1 on")]
    [InlineData("page=1&page=2", "page is given more than once")]
    [InlineData("repo=a", "there is no such condition; there are conclusion, status, repository, search, page, size")]
    public async Task A_mistake_is_named(string conditions, string error)
    {
        var (status, body) = await _rig.GetAsync($"/api/checks?{conditions}");
        Assert.Equal((HttpStatusCode.BadRequest, error), (status, (string?)body!["error"]));
    }

    [Fact]
    public async Task One_check_comes_with_findings_history_and_trouble()
    {
        _rig.Store.SetRun(SomeFinding.Run(1), SomeFinding.Facts(1));
        var (status, body) = await _rig.GetAsync($"/api/checks/{SomeFinding.Run(1)}");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal((101, "feature-1", "octo"), ((int)body!["check"]!["run"]!["pullRequest"]!, (string?)body["check"]!["run"]!["headBranch"], (string?)body["check"]!["run"]!["authors"]![0]));
        var findings = body["findings"]!.AsArray();
        Assert.Equal([true, false], findings.Select(f => (bool)f!["fails"]!));
        Assert.Equal(("host1.example.com:443", "curl https://host1.example.com/", "medium", "new", "build"), (
            (string?)findings[0]!["endpoints"]![0], (string?)findings[0]!["process"], (string?)findings[0]!["severity"], (string?)findings[0]!["status"], (string?)findings[0]!["job"]));
        Assert.Empty(findings[1]!["endpoints"]!.AsArray());
        Assert.Equal("failed", (string?)Assert.Single(body["history"]!.AsArray())!["kind"]);
        Assert.Null(body["reportTrouble"]);
    }

    [Theory]
    [InlineData("/api/checks/acme/api/1")]
    [InlineData("/api/checks/acme/api")]
    [InlineData("/api/checks/acme/api/1/2")]
    [InlineData("/api/checks/acme")]
    public async Task What_is_not_there_is_404(string path) => Assert.Equal(HttpStatusCode.NotFound, (await _rig.GetAsync(path)).Status);

    [Theory]
    [InlineData(null, HttpStatusCode.Unauthorized)]
    [InlineData("wrong", HttpStatusCode.Unauthorized)]
    [InlineData(ApiRig.Admin, HttpStatusCode.OK)]
    [InlineData(ApiRig.Ben, HttpStatusCode.OK)]
    public async Task Looking_wants_the_admin_token_or_an_operators(string? token, HttpStatusCode status)
    {
        Assert.Equal(status, (await _rig.GetAsync("/api/checks", token)).Status);
        Assert.Equal(status, (await _rig.GetAsync($"/api/checks/{SomeFinding.Run(1)}", token)).Status);
    }

    [Fact]
    public async Task Without_an_admin_token_whoever_reaches_the_listener_may_look()
    {
        await using var open = await ApiRig.StartAsync(adminToken: null);
        Assert.Equal(HttpStatusCode.OK, (await open.GetAsync("/api/checks", token: null)).Status);
    }

    [Fact]
    public async Task A_store_that_fails_says_so_and_the_other_pages_go_on()
    {
        ApiRig.Damage(_rig.Checks);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await _rig.GetAsync("/api/checks")).Status);
        Assert.Equal(HttpStatusCode.OK, (await _rig.GetAsync("/livez")).Status);
    }

    private static IEnumerable<string> Values(JsonNode? list, string key) => list!["checks"]!.AsArray().Select(c => (string)c![key]!);
}
