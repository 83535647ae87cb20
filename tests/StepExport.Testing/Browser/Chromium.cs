using Microsoft.Playwright;

namespace StepExport.Testing.Browser;

/// <summary>The real browser of the system, without a window.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    private static readonly string[] Places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private Chromium(IPlaywright playwright, IBrowser browser) => (_playwright, _browser) = (playwright, browser);

    /// <summary>Why there can be no browser; null when there can.</summary>
    public static string? Missing => Executable is null ? $"there is no Chromium ({string.Join(", ", Places)}); apt-get install chromium" : null;

    private static string? Executable => Places.FirstOrDefault(File.Exists);

    public static async Task<Chromium> StartAsync()
    {
        var playwright = await Playwright.CreateAsync();
        try
        {
            // No sandbox: in a container it would need privileges, and only our own pages are opened.
            return new(playwright, await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Executable, Args = ["--no-sandbox"] }));
        }
        catch
        {
            playwright.Dispose();
            throw;
        }
    }

    /// <summary>A page with cookies of its own.</summary>
    /// <param name="width">Of the window in CSS pixels.</param>
    /// <param name="dark">What the system prefers.</param>
    /// <param name="script">Whether the browser runs JavaScript.</param>
    public async Task<IPage> OpenAsync(int width = 1400, bool dark = false, bool script = false)
    {
        var context = await _browser.NewContextAsync(new()
        {
            ViewportSize = new() { Width = width, Height = 900 },
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
            JavaScriptEnabled = script,
        });
        return await context.NewPageAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }
}
