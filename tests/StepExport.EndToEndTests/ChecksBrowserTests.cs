using Microsoft.Playwright;
using StepExport.Testing.Browser;

namespace StepExport.EndToEndTests;

/// <summary>Both ways of a check in a real browser without JavaScript, between the real program and a GitHub double that checks who asks.</summary>
public sealed class ChecksBrowserTests
{
    private const long Run = 16450863125;

    [Fact]
    public async Task From_the_pull_request_a_reviewer_presses_Approve()
    {
        Assert.SkipWhen(Chromium.Missing is not null, Chromium.Missing ?? "");
        await using var host = await ChecksHost.StartAsync("teams: [acme/security]");
        host.GitHub.AddTeam("acme/security", "sam", "mallory");
        host.GitHub.AddRun(ChecksHost.Repository, Run, actor: "mallory", pullRequest: 7, title: "Speed the build up");
        host.Detect(Run);
        host.Detect(Run, "registry-1.docker.io:443");
        await host.CheckRunAsync(Run, run => run.Conclusion == "failure", "the check fails");
        await using var browser = await Chromium.StartAsync();

        // The author is in the team, too, and may not approve his own pull request.
        var page = await browser.OpenAsync();
        await page.GotoAsync(host.GitHub.PullRequestPage(ChecksHost.Repository, 7, "mallory"));
        await Assertions.Expect(page.GetByText("Merging is blocked")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("evil.example.com:443", new() { Exact = false }).First).ToBeVisibleAsync();
        await Pictures.TakeAsync(page, "pull-request-failure");
        await page.GetByRole(AriaRole.Button, new() { Name = "Approve" }).ClickAsync();
        await host.CheckRunAsync(Run, run => run.Summary!.Contains("wanted to approve and may not", StringComparison.Ordinal), "the refusal is shown");
        await page.GotoAsync(host.GitHub.PullRequestPage(ChecksHost.Repository, 7, "mallory"));
        await Assertions.Expect(page.GetByText("Merging is blocked")).ToBeVisibleAsync();
        await Pictures.TakeAsync(page, "pull-request-refused");

        await page.GotoAsync(host.GitHub.PullRequestPage(ChecksHost.Repository, 7, "sam"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Approve" }).ClickAsync();
        var approved = await host.CheckRunAsync(Run, run => run.Conclusion == "success", "the check passes");
        Assert.Equal("Approved by sam", approved.Title);
        await page.GotoAsync(host.GitHub.PullRequestPage(ChecksHost.Repository, 7, "sam"));
        await Assertions.Expect(page.GetByText("This branch is ready to merge")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Approve" })).ToHaveCountAsync(0);
        await Pictures.TakeAsync(page, "pull-request-approved");
        Assert.Single(host.GitHub.CheckRuns);
        Assert.Equal(0, await host.StopAsync());
    }

    [Fact]
    public async Task From_the_dashboard_an_operator_filters_reviews_and_approves()
    {
        Assert.SkipWhen(Chromium.Missing is not null, Chromium.Missing ?? "");
        await using var host = await ChecksHost.StartAsync();
        host.GitHub.AddRun(ChecksHost.Repository, Run, actor: "mallory", pullRequest: 7, title: "Speed the build up");
        host.GitHub.AddRun(ChecksHost.Repository, Run + 1, actor: "mallory", branch: "main");
        host.Detect(Run);
        host.Detect(Run, "198.51.100.7:8443", "test");
        host.Detect(Run + 1, "auth.docker.io:443");
        await host.CheckRunAsync(Run, run => run.Conclusion == "failure", "the check fails");
        await host.CheckRunAsync(Run + 1, run => run.Conclusion == "success", "the other one passes");
        await using var browser = await Chromium.StartAsync();

        var page = await browser.OpenAsync();
        await page.GotoAsync(new Uri(host.Pages, "/checks").ToString());
        await Pictures.TakeAsync(page, "sign-in");
        await page.GetByLabel("Token").FillAsync(ChecksHost.JanesToken);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Table).GetByText("auth.docker.io", new() { Exact = false })).ToBeHiddenAsync();

        await page.GetByLabel("Conclusion").SelectOptionAsync("Failure");
        await page.GetByLabel("Status").SelectOptionAsync("Pending");
        await page.GetByRole(AriaRole.Button, new() { Name = "Filter" }).ClickAsync();
        await Assertions.Expect(page.GetByText($"run {Run}", new() { Exact = true })).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText($"run {Run + 1}", new() { Exact = true })).ToHaveCountAsync(0);
        // By the keyboard, as everything here.
        await page.Locator("summary").First.FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.GetByText("evil.example.com:443", new() { Exact = false }).First).ToBeVisibleAsync();
        await Pictures.TakeAsync(page, "list-failure-pending");
        await page.GetByRole(AriaRole.Link, new() { Name = "Review" }).First.ClickAsync();
        await Pictures.TakeAsync(page, "review");

        await page.GetByLabel("Comment").FillAsync("Known mirrors, <b>checked</b> with the build team");
        await page.GetByRole(AriaRole.Button, new() { Name = "Approve 2 findings" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Known mirrors, <b>checked</b> with the build team").First).ToBeVisibleAsync();
        await Pictures.TakeAsync(page, "approved");
        await page.GotoAsync(new Uri(host.Pages, "/checks?status=approved&conclusion=success&search=jane").ToString());
        await Assertions.Expect(page.GetByText($"run {Run}", new() { Exact = true })).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("table").GetByText("jane").First).ToBeVisibleAsync();
        await Pictures.TakeAsync(page, "list-approved");

        var approved = await host.CheckRunAsync(Run, run => run.Conclusion == "success", "the check run becomes success");
        Assert.Equal("Approved by jane", approved.Title);
        await TellsTheSiemAsync(host);
        var shown = await host.VerbAsync("checks", "show", $"{ChecksHost.Repository}/{Run}");
        Assert.Equal(0, shown.ExitCode);
        Assert.Contains("jane", shown.Output, StringComparison.Ordinal);
        Assert.Equal(0, await host.StopAsync());
    }

    private static async Task TellsTheSiemAsync(ChecksHost host)
    {
        OcsfValidator.Require();
        await Eventually.TrueAsync(() => host.Events(Run).Count >= 7, "the archive has everything");
        var events = host.Events(Run);
        var findings = events.Where(e => e.GetProperty("class_uid").GetInt32() == 2004).ToLookup(e => e.GetProperty("finding_info").GetProperty("uid").GetString());
        Assert.Equal(2, findings.Count);
        Assert.All(findings, states => Assert.Equal([(1, 1), (2, 3)], states.Select(e => (e.GetProperty("activity_id").GetInt32(), e.GetProperty("status_id").GetInt32()))));
        Assert.Contains(events, e => e.GetProperty("metadata").GetProperty("event_code").GetString() == "Check-Approval" && e.GetRawText().Contains("\"jane\"", StringComparison.Ordinal));
        Assert.EndsWith(" 0 errors, 0 warnings", await OcsfValidator.VerdictAsync(host.Archive), StringComparison.Ordinal);
    }
}
