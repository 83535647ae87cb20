using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using StepExport.Testing;
using StepExport.Testing.GitHub;

namespace StepExport.Tests.Testing.GitHub;

/// <summary>Web hooks are sent as GitHub sends them, by a test or by a button of the page.</summary>
public sealed class HookAndPageTests
{
    [Fact]
    public void Signs_as_in_GitHubs_own_example() =>
        Assert.Equal("sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17", FakeGitHub.Sign("It's a Secret to Everybody", "Hello, World!"));

    [Fact]
    public async Task A_button_of_the_page_reaches_the_App_under_the_viewers_login()
    {
        await using var talk = await GitHubConversation.StartAsync();
        var hooks = new List<(Dictionary<string, string> Headers, string Body)>();
        await using var app = LoopbackWeb.Create();
        app.Run(async context =>
        {
            var headers = context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString());
            hooks.Add((headers, await new StreamReader(context.Request.Body).ReadToEndAsync(context.RequestAborted)));
            context.Response.StatusCode = 202;
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        talk.GitHub.WebhookUrl = app.Urls.Single();
        var run = await FailAsync(talk, "2 calls");

        using var pressed = await talk.PostFormAsync(
            "/acme/api/pull/7/actions", ("as", "jane"), ("check_run", FormattableString.Invariant($"{run.Id}")), ("identifier", "approve:1"));

        Assert.Equal((HttpStatusCode.SeeOther, talk.GitHub.PullRequestPage("acme/api", 7, "jane")), (pressed.StatusCode, pressed.Headers.Location!.OriginalString));
        var (sent, body) = Assert.Single(hooks);
        var delivery = Assert.Single(talk.GitHub.Deliveries);
        Assert.Equal((202, "check_run", delivery.Id), (delivery.Status, sent["X-GitHub-Event"], sent["X-GitHub-Delivery"]));
        Assert.Equal(FakeGitHub.Sign(talk.GitHub.WebhookSecret, body), sent["X-Hub-Signature-256"]);
        var json = JsonDocument.Parse(body).RootElement;
        Assert.Equal("requested_action", json.GetProperty("action").GetString());
        Assert.Equal("approve:1", json.GetProperty("requested_action").GetProperty("identifier").GetString());
        Assert.Equal("jane", json.GetProperty("sender").GetProperty("login").GetString());
        Assert.Equal("acme/api", json.GetProperty("repository").GetProperty("full_name").GetString());
        Assert.Equal(run.Id, json.GetProperty("check_run").GetProperty("id").GetInt64());
        Assert.Equal("acme/api/123", json.GetProperty("check_run").GetProperty("external_id").GetString());
        await app.EndAsync();
        Assert.Equal(0, (await talk.GitHub.RedeliverAsync(delivery)).Status);
    }

    [Fact]
    public async Task The_page_shows_the_check_and_whether_it_blocks_merging()
    {
        await using var talk = await GitHubConversation.StartAsync();
        var address = talk.GitHub.PullRequestPage("acme/api", 7, "jane");
        Assert.Contains("Harden-Runner is expected", await talk.ReadAsync(address), StringComparison.Ordinal);

        var run = await FailAsync(talk, "<script>alert(1)</script>");
        var page = await talk.ReadAsync(address);
        Assert.Contains("Merging is blocked", page, StringComparison.Ordinal);
        Assert.Contains("<td>a|b</td><td><code>x.example:443</code></td>", page, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        Assert.Contains(">Approve</button>", page, StringComparison.Ordinal);

        await talk.AskAsync("PATCH", $"/repos/acme/api/check-runs/{run.Id}", await talk.TokenAsync(), new { conclusion = "success" });
        Assert.Contains("ready to merge", await talk.ReadAsync(address), StringComparison.Ordinal);
    }

    private static async Task<FakeCheckRun> FailAsync(GitHubConversation talk, string title)
    {
        await talk.AskAsync("POST", "/repos/acme/api/check-runs", await talk.TokenAsync(), new
        {
            name = "Harden-Runner",
            head_sha = GitHubConversation.Sha,
            external_id = "acme/api/123",
            details_url = "https://stepexport.example.com/checks/acme/api/123",
            conclusion = "failure",
            output = new { title, summary = "| Process | Endpoint |\n|---|---|\n| a\\|b | `x.example:443` |\n\n**Look** at <b>this</b>" },
            actions = new[] { new { label = "Approve", description = "They are known", identifier = "approve:1" } },
        });
        return talk.GitHub.CheckRuns.Single();
    }
}
