using System.Net;
using System.Net.Http.Headers;
using System.Text;
using StepExport.Testing.GitHub;

namespace StepExport.EndToEndTests;

/// <summary>The real program with checks: GitHub away, kills, and people who try.</summary>
public sealed class ChecksTroubleTests
{
    private const long First = 16450863125;
    private const int Runs = 20;

    [Fact]
    public async Task While_GitHub_is_down_and_over_a_kill_nothing_is_lost_and_nothing_is_told_twice()
    {
        await using var host = await ChecksHost.StartAsync("logins: [jane], authors: true");
        for (var i = 0; i < Runs; i++) host.GitHub.AddRun(ChecksHost.Repository, First + i, branch: $"b{i}");
        await host.GitHub.StopAsync();
        for (var i = 0; i < Runs; i++) host.Detect(First + i);
        await Eventually.TrueAsync(async () => (await host.VerbAsync("status")).Output.Contains("GitHub does not answer", StringComparison.Ordinal), $"the program says that GitHub is away; {host.Errors}");
        await host.KillAsync();
        host.StartAgain();

        // Back, but busy: a limit first, then some answers are lost after the work was done.
        var lost = 0;
        host.GitHub.Fault = request => request.Method == "POST" && request.Path.EndsWith("/check-runs", StringComparison.Ordinal) && Interlocked.Increment(ref lost) % 5 == 0
            ? new FakeGitHubFault { Done = true, Close = true }
            : null;
        host.GitHub.SecondaryLimit(429, TimeSpan.FromSeconds(1));
        await host.GitHub.StartAgainAsync();
        for (var i = 0; i < Runs; i++) await host.CheckRunAsync(First + i, run => run.Conclusion == "failure", $"run {i} is told");
        await host.KillAsync();
        host.StartAgain();
        for (var i = 0; i < Runs; i++) Assert.Equal(0, (await ApproveWhenUpAsync(host, First + i)).ExitCode);
        for (var i = 0; i < Runs; i++) await host.CheckRunAsync(First + i, run => run.Conclusion == "success", $"run {i} is approved");

        Assert.Equal(Runs, host.GitHub.CheckRuns.Count);
        await Eventually.TrueAsync(() => Enumerable.Range(0, Runs).All(i => host.Events(First + i).Count(e => e.GetProperty("class_uid").GetInt32() == 2004) == 2), "every finding is updated");
        Assert.Equal(0, await host.StopAsync());
    }

    [Fact]
    public async Task Who_has_no_right_changes_nothing()
    {
        await using var host = await ChecksHost.StartAsync();
        host.GitHub.AddRun(ChecksHost.Repository, First, actor: "mallory", pullRequest: 7);
        host.Detect(First);
        var run = await host.CheckRunAsync(First, r => r.Conclusion == "failure", "the check fails");
        var button = Assert.Single(run.Actions).Identifier;
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

        var body = host.GitHub.Pressed(run, button, "jane");
        Assert.Equal(401, (await host.GitHub.DeliverAsync("check_run", body, signature: FakeGitHub.Sign("another secret", body))).Status);
        Assert.Equal(401, (await host.GitHub.DeliverAsync("check_run", body.Replace("jane", "jan3", StringComparison.Ordinal), signature: FakeGitHub.Sign(host.GitHub.WebhookSecret, body))).Status);
        Assert.InRange((await host.GitHub.PressAsync(run, button, "mallory")).Status, 200, 299);

        // The page shows nothing to strangers, and takes nothing from other sites.
        var review = new Uri(host.Pages, $"/checks/{ChecksHost.Repository}/{First}");
        using (var page = await client.GetAsync(review, TestContext.Current.CancellationToken))
            Assert.DoesNotContain("evil.example.com", await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        using (var forged = new HttpRequestMessage(HttpMethod.Post, $"{review}/approve") { Content = new FormUrlEncodedContent([new("revision", "1")]) })
        {
            forged.Headers.Add("Origin", "https://evil.example.com");
            using var answer = await client.SendAsync(forged, TestContext.Current.CancellationToken);
            Assert.InRange((int)answer.StatusCode, 400, 499);
        }

        Assert.Equal(HttpStatusCode.Unauthorized, await ApproveAsync(client, host, "a-wrong-token-0123456789"));
        Assert.Equal(HttpStatusCode.Forbidden, await ApproveAsync(client, host, ChecksHost.BensToken));
        Assert.Equal("failure", (await host.CheckRunAsync(First, _ => true, "it is there")).Conclusion);

        // Two at once: one of them is the approver.
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => ApproveAsync(client, host, ChecksHost.JanesToken)));
        Assert.Single(answers, HttpStatusCode.OK);
        Assert.All(answers.Where(a => a != HttpStatusCode.OK), a => Assert.Equal(HttpStatusCode.Conflict, a));
        await host.CheckRunAsync(First, r => r.Conclusion == "success", "it is approved");

        // What was pressed before, sent again after further findings: nobody has seen those.
        host.Detect(First, "worse.example.com:443");
        var again = await host.CheckRunAsync(First, r => r.Conclusion == "failure", "it fails again");
        await host.GitHub.DeliverAsync("check_run", body);
        // Presses are decided one after the other: when the next one has been refused, so has that.
        await host.GitHub.PressAsync(again, Assert.Single(again.Actions).Identifier, "mallory");
        var refused = await host.CheckRunAsync(First, r => r.Summary!.Contains("wanted to approve and may not", StringComparison.Ordinal), "the next press is refused");
        Assert.Equal("failure", refused.Conclusion);
        Assert.Equal(0, await host.StopAsync());
    }

    private static async Task<(int ExitCode, string Output, string Errors)> ApproveWhenUpAsync(ChecksHost host, long run)
    {
        (int ExitCode, string Output, string Errors) result = default;
        await Eventually.TrueAsync(
            async () => (result = await host.VerbAsync("checks", "approve", $"{ChecksHost.Repository}/{run}", "--yes")).ExitCode == 0, $"it is approved: {result.Errors}");
        return result;
    }

    private static async Task<HttpStatusCode> ApproveAsync(HttpClient client, ChecksHost host, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(host.Pages, $"/api/checks/{ChecksHost.Repository}/{First}/approve"));
        request.Headers.Add("X-StepExport-Request", "approve");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Content = new StringContent("""{"revision":1}""", Encoding.UTF8, "application/json");
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }
}
