using Microsoft.Extensions.Time.Testing;
using StepExport.Sources.Webhook;

namespace StepExport.Tests.Sources.Webhook;

public sealed class RateLimitTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Lets_a_burst_through_and_then_the_rate_exactly()
    {
        var limit = new RateLimit(perSecond: 4, burst: 3, _time);

        Assert.Equal([0, 0, 0, 250, 250], Enumerable.Range(0, 5).Select(_ => limit.Take().TotalMilliseconds));
        _time.Advance(TimeSpan.FromMilliseconds(100));
        Assert.Equal(150, limit.Take().TotalMilliseconds);
        _time.Advance(TimeSpan.FromMilliseconds(150));
        Assert.Equal([0, 250], Enumerable.Range(0, 2).Select(_ => limit.Take().TotalMilliseconds));
    }

    [Fact]
    public void A_pause_of_any_length_saves_up_one_burst()
    {
        var limit = new RateLimit(perSecond: 10, burst: 2, _time);
        _time.Advance(TimeSpan.FromDays(1));
        Assert.Equal([0, 0, 100], Enumerable.Range(0, 3).Select(_ => limit.Take().TotalMilliseconds));
    }

    [Fact]
    public async Task Senders_at_the_same_time_get_no_more_than_one_alone()
    {
        var limit = new RateLimit(perSecond: 1, burst: 1000, _time);
        var taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(
            () => Enumerable.Range(0, 1000).Count(_ => limit.Take() == TimeSpan.Zero), TestContext.Current.CancellationToken)));
        Assert.Equal(1000, taken.Sum());
    }
}
