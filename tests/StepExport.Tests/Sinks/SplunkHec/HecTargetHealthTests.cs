using StepExport.Sinks.SplunkHec;
using StepExport.Testing.Delivery;

namespace StepExport.Tests.Sinks.SplunkHec;

public sealed class HecTargetHealthTests
{
    [Fact]
    public void One_doubtful_failure_is_no_state_and_two_in_a_row_are()
    {
        var health = new HecTargetHealth(new FixedRandom(1));

        Assert.False(health.Failed(HecFault.Doubtful, 1));
        health.Delivered(2);
        Assert.False(health.Failed(HecFault.Doubtful, 3));
        Assert.True(health.IsUp);
        Assert.True(health.Failed(HecFault.Doubtful, 4));

        Assert.Equal((false, 1), (health.IsUp, health.Ejections));
        Assert.False(health.Failed(HecFault.Doubtful, 5));
        Assert.Equal(1, health.Ejections);
    }

    [Fact]
    public void A_plain_fault_is_enough_and_no_fault_is_none()
    {
        var health = new HecTargetHealth(new FixedRandom(1));

        for (var i = 0; i < 10; i++) Assert.False(health.Failed(HecFault.None, i));
        Assert.True(health.Failed(HecFault.Gone, 10));
    }

    [Fact]
    public void Waits_grow_from_half_a_second_to_a_minute_until_something_is_delivered()
    {
        var health = new HecTargetHealth(new FixedRandom(1));
        health.Failed(HecFault.Gone, 1);

        Assert.Equal([1, 2, 4, 8, 16, 32, 60, 60], Enumerable.Range(0, 8).Select(attempt => health.NextWait(attempt).TotalSeconds));

        // Well again by its health page alone: the next fault of any kind is held against it.
        Assert.True(health.TakeBack());
        Assert.True(health.Failed(HecFault.Doubtful, 2));
        Assert.Equal(2, health.NextWait(0).TotalSeconds);

        health.TakeBack();
        health.Delivered(3);
        Assert.False(health.Failed(HecFault.Doubtful, 4));
        health.Failed(HecFault.Doubtful, 5);
        Assert.Equal(1, health.NextWait(0).TotalSeconds);
    }

    [Fact]
    public void Waits_are_spread_over_their_whole_range()
    {
        var health = new HecTargetHealth(new FixedRandom(0));
        health.Failed(HecFault.Gone, 1);

        Assert.Equal(0.5, health.NextWait(6).TotalSeconds);
    }

    [Fact]
    public void A_delivery_that_began_before_the_ejection_shows_nothing()
    {
        var health = new HecTargetHealth(new FixedRandom(1));
        health.Failed(HecFault.Gone, 100);

        Assert.False(health.Delivered(startedAt: 99));
        Assert.False(health.IsUp);
        Assert.True(health.Delivered(startedAt: 100));
        Assert.True(health.IsUp);
    }
}
