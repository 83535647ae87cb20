using System.Diagnostics;
using Microsoft.Extensions.Time.Testing;
using StepExport.Testing.SplunkHec;

namespace StepExport.Tests.Testing.SplunkHec;

/// <summary>The storm strikes with everything, the same way for the same seed, and an honest sender gets through it blameless.</summary>
public sealed class HecStormTests(ITestOutputHelper output)
{
    [Fact]
    public async Task The_same_seed_is_the_same_storm()
    {
        var (first, again, other) = (await RunAsync(5, 300), await RunAsync(5, 300), await RunAsync(6, 300));

        Assert.Equal(first, again);
        Assert.NotEqual(first, other);
    }

    [Fact]
    public async Task A_long_storm_has_every_fault_and_is_quick()
    {
        var storm = new HecStorm(1, new HecOdds { Refused = 0.05 });
        var watch = Stopwatch.StartNew();

        var (sender, index) = await WeatherAsync(storm, events: 4_000);

        output.WriteLine($"{sender.Requests} requests in {watch.ElapsedMilliseconds} ms; {index.Duplicates} duplicates");
        string[] faults =
        [
            "ambiguous", "busy", "channel", "cut", "foreign page", "full", "late", "lost", "moved", "nearly full", "never acknowledged",
            "poll failed", "poll lost", "token", "too large",
        ];
        Assert.Equal(faults, storm.Counts.Keys);
        Assert.Equal([6, 7, 12, 13, 15], storm.Refused.Values.Distinct().Order());
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    public async Task An_honest_sender_has_only_unavoidable_duplicates_and_loses_nothing(int seed)
    {
        var storm = new HecStorm(seed);

        var (sender, index) = await WeatherAsync(storm, events: 500);

        Assert.Empty(index.Missing(sender.Delivered));
        Assert.Equal(500, sender.Delivered.Count + sender.Rejected.Count);
        Assert.Equal(storm.Refused.Keys.Order(), sender.Rejected.Order());
        Assert.True(index.Duplicates > 0, "nothing was proven");
        Assert.Equal((index.Duplicates, 0, 0), (index.UnavoidableDuplicates, index.NeedlessCopies, index.HastyCopies));
    }

    [Fact]
    public async Task A_sender_that_trusts_the_200_is_found_out()
    {
        var (sender, index) = await WeatherAsync(new(11), events: 500, trustsThe200: true);

        Assert.NotEmpty(index.Missing(sender.Delivered));
    }

    [Fact]
    public async Task A_sender_that_does_not_wait_for_acknowledgements_is_found_out()
    {
        var (_, index) = await WeatherAsync(new(11), events: 500, patience: TimeSpan.Zero);

        Assert.True(index.HastyCopies > 0);
        Assert.True(index.UnavoidableDuplicates < index.Duplicates);
    }

    private static async Task<IReadOnlyList<(int, int?)>> RunAsync(int seed, int requests)
    {
        await using var server = await FakeHecServer.StartAsync();
        server.Script.Storm = new(seed, new() { Refused = 0.2 }, new FakeTimeProvider());
        using var hec = new HecConversation(server);
        var verdicts = new List<(int, int?)>();
        for (var i = 0; i < requests; i++)
        {
            try
            {
                verdicts.Add((await hec.SendAsync($"{i}", $"{i}b")).Verdict);
            }
            catch (HttpRequestException)
            {
                verdicts.Add((0, null));
            }
        }

        return verdicts;
    }

    private static async Task<(HonestSender Sender, HecIndex Index)> WeatherAsync(
        HecStorm storm, int events, bool trustsThe200 = false, TimeSpan? patience = null)
    {
        var time = new FakeTimeProvider();
        await using var server = await FakeHecServer.StartAsync(new() { Acknowledgement = true, Indexers = 3, Time = time });
        server.Script.Storm = storm;
        using var hec = new HecConversation(server);
        var sender = new HonestSender(hec, time) { TrustsThe200 = trustsThe200, Patience = patience ?? TimeSpan.FromSeconds(300) };
        await sender.SendAsync(Enumerable.Range(0, events).Select(n => $"e{n}"));
        return (sender, server.Index);
    }
}
