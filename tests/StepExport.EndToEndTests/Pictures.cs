using Microsoft.Playwright;

namespace StepExport.EndToEndTests;

/// <summary>What a test has seen, for people who want to look: PNG files in the folder that <c>PICTURES</c> names; none without it.</summary>
internal static class Pictures
{
    public static async Task TakeAsync(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("PICTURES") is not { Length: > 0 } folder) return;
        await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}.png"), FullPage = true });
    }
}
