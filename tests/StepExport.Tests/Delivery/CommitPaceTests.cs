using Microsoft.Extensions.Time.Testing;
using StepExport.Core.Delivery;

namespace StepExport.Tests.Delivery;

public sealed class CommitPaceTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void The_first_move_is_due_at_once() => Assert.True(new CommitPace(_time).IsDue(inFlight: 3));

    [Fact]
    public void While_batches_are_in_flight_the_next_move_is_due_after_the_interval()
    {
        var pace = new CommitPace(_time);
        pace.Committed();
        _time.Advance(CommitPace.Interval - TimeSpan.FromTicks(1));
        Assert.False(pace.IsDue(inFlight: 1));
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.True(pace.IsDue(inFlight: 1));
    }

    [Fact]
    public void A_move_is_due_when_nothing_is_in_flight()
    {
        var pace = new CommitPace(_time);
        pace.Committed();
        Assert.True(pace.IsDue(inFlight: 0));
    }
}
