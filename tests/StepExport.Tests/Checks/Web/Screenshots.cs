using StepExport.Core.Checks;
using StepExport.Testing.Browser;
using StepExport.Testing.Checks;

namespace StepExport.Tests.Checks.Web;

/// <summary>Pictures to look at, of every page: light and dark, wide and narrow, without JavaScript.</summary>
public sealed class Screenshots
{
    [Fact]
    public async Task Every_page_can_be_seen_and_used_without_script()
    {
        var to = Environment.GetEnvironmentVariable("SCREENSHOTS");
        Assert.SkipWhen(to is null, "SCREENSHOTS names no folder for the pictures");
        Assert.SkipWhen(Chromium.Missing is not null, Chromium.Missing ?? "");
        await using var rig = await WebRig.StartAsync();
        for (var i = 1; i <= 30; i++)
        {
            rig.StoreTime.Advance(TimeSpan.FromMinutes(7));
            rig.Store.Apply([i % 3 == 0 ? SomeFinding.Passing(1, i) : SomeFinding.Failing(1, i) with { Process = "curl -fsSL --retry 3 https://host1.example.com/install/very/long/path/to/some/script.sh -o /tmp/install.sh" },
                SomeFinding.Passing(2, i), SomeFinding.Failing(3, i) with { Type = "Domain-Blocked", Severity = Core.Model.Severity.High, Process = null }]);
            if (i % 2 == 0) rig.Store.SetRun(SomeFinding.Run(i), SomeFinding.Facts(i) with { Authors = ["cat"], HeadSha = "9f1c2e7ab04d5566778899aabbccddeeff001122" });
            if (i % 4 == 0) Assert.Equal(ApproveOutcome.Approved, rig.Store.Approve(SomeFinding.Run(i), rig.Store.Find(SomeFinding.Run(i))!.Revision, "octo", ApprovalVia.Page, "Known mirror, see the ticket."));
        }

        rig.Store.Refuse(SomeFinding.Run(30), "victor", ApprovalVia.GitHub, "is in none of the lists of checks.approvers");
        await using var chromium = await Chromium.StartAsync();
        foreach (var (width, dark) in new[] { (1400, false), (1400, true), (360, false), (400, true) })
        {
            var page = await chromium.OpenAsync(width, dark);
            async Task Shot(string name) => await page.ScreenshotAsync(new() { Path = $"{to}/{name}-{width}{(dark ? "-dark" : "")}.png", FullPage = width > 1000 || !name.StartsWith("list", StringComparison.Ordinal) });
            await page.GotoAsync(rig.Address + "checks?status=pending");
            await Shot("signin");
            await page.FillAsync("#token", "wrong-token");
            await page.ClickAsync("main button");
            await Shot("wrong");
            await page.FillAsync("#token", WebRig.OctoToken);
            await page.ClickAsync("main button");
            await page.Locator("summary").First.ClickAsync();
            await Shot("list");
            await page.Locator("details a.button").First.ClickAsync();
            await Shot("review");
            await page.GotoAsync(rig.Address + "checks/acme/api/" + SomeFinding.Run(28).RunId);
            await Shot("approved");
            await page.GotoAsync(rig.Address + "checks?search=nothingthere");
            await Shot("empty");
        }
    }
}
