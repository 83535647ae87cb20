using System.Diagnostics;

namespace StepExport.EndToEndTests;

/// <summary>Waits for something another process does; the limit only ends a test that would hang.</summary>
internal static class Eventually
{
    public static async Task TrueAsync(Func<bool> condition, string what, int seconds = 180) =>
        await TrueAsync(() => Task.FromResult(condition()), what, seconds);

    public static async Task TrueAsync(Func<Task<bool>> condition, string what, int seconds = 180) => await TrueAsync(condition, () => what, seconds);

    /// <param name="condition">What has to come true.</param>
    /// <param name="what">In words, as of the end.</param>
    /// <param name="seconds">The limit.</param>
    public static async Task TrueAsync(Func<Task<bool>> condition, Func<string> what, int seconds = 180)
    {
        for (var clock = Stopwatch.StartNew(); !await condition();)
        {
            Assert.True(clock.Elapsed.TotalSeconds < seconds, $"did not happen within {seconds} s: {what()}");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
