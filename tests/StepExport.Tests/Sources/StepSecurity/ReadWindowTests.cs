using StepExport.Configuration;
using StepExport.Sources.StepSecurity;

namespace StepExport.Tests.Sources.StepSecurity;

/// <summary>How far back a reading goes. Times in minutes; now is minute 100,000.</summary>
public sealed class ReadWindowTests
{
    private const long Now = 100_000;
    private const long Hour = 60;
    private const long Day = 24 * Hour;

    private static readonly StepSecurityConfig Config = new() { Type = "stepsecurity", Customer = "acme", ApiKey = new Secret("key") };

    [Theory]
    [InlineData(null, null, false, Now - (30 * Day), Now - (30 * Day), Now - (30 * Day), true)]
    [InlineData(Now - 5, Now - 10, false, Now - 5 - Hour, Now - 5 - Hour, Now - (7 * Day), false)]
    [InlineData(Now - 5, Now - Hour, false, Now - 5 - Hour, Now - (7 * Day), Now - (7 * Day), true)]
    [InlineData(Now - 5, Now - 10, true, Now - Day, Now - Day, Now - (7 * Day), false)]
    [InlineData(Now - (3 * Day), Now - 10, true, Now - (3 * Day) - Hour, Now - (3 * Day) - Hour, Now - (7 * Day), false)]
    [InlineData(Now - (20 * Day), Now - 10, false, Now - (7 * Day), Now - (7 * Day), Now - (7 * Day), false)]
    [InlineData(null, Now - 10, false, Now - (7 * Day), Now - (7 * Day), Now - (7 * Day), false)]
    [InlineData(Now - (12 * Day), Now - (10 * Day), false, Now - (10 * Day) - Hour, Now - (10 * Day) - Hour, Now - (10 * Day) - Hour, true)]
    public void Reaches_back(long? newest, long? swept, bool isMovedTo, long pollEnd, long readEnd, long takeFrom, bool isSweep)
    {
        var window = ReadWindow.Of(new(Ms(newest), Ms(swept)), isMovedTo, Config, Ms(Now)!.Value, mustSweep: false);
        Assert.Equal(new ReadWindow(Ms(Now)!.Value, Ms(pollEnd)!.Value, Ms(readEnd)!.Value, Ms(takeFrom)!.Value, isSweep), window);
    }

    [Fact]
    public void A_run_that_ends_sweeps_at_once() =>
        Assert.True(ReadWindow.Of(new(Ms(Now - 5), Ms(Now - 10)), false, Config, Ms(Now)!.Value, mustSweep: true).IsSweep);

    [Theory]
    [InlineData(null, 0L, null)]
    [InlineData(null, 50L, 50L)]
    [InlineData(60L, 50L, 60L)]
    [InlineData(60L, Now + 50, Now)]
    public void The_mark_moves_forward_and_never_beyond_now(long? before, long newest, long? expected)
    {
        var window = new ReadWindow(Now, 0, 0, 0, IsSweep: false);
        Assert.Equal(new FeedMark(expected, 7), window.Polled(new(before, 7), newest));
        Assert.Equal(new FeedMark(before, 7), window.Swept(new(before, 7)));
        Assert.Equal(new FeedMark(before, Now), (window with { IsSweep = true }).Swept(new(before, 7)));
    }

    private static long? Ms(long? minutes) => minutes * 60_000;
}
