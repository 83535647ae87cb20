using StepExport.Sinks.SplunkHec;

namespace StepExport.Tests.Sinks.SplunkHec;

public sealed class ConcurrencyLimitTests
{
    private const int Second = 1000;
    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(20);
    private long _now;

    [Fact]
    public void Begins_at_its_upper_bound_and_stays_there_while_all_is_well()
    {
        var limit = new ConcurrencyLimit(1, 16);

        for (var i = 0; i < 1000; i++) Answer(limit, Quick, LoadSign.Clean);

        Assert.Equal(16, limit.Value);
    }

    [Fact]
    public void Shrinks_once_per_round_trip_and_not_below_its_lower_bound()
    {
        var limit = new ConcurrencyLimit(2, 16);

        // Sixteen answers to requests of one round say the same thing sixteen times.
        for (var i = 0; i < 16; i++) limit.Observe(0, 1 + i, Quick, LoadSign.Overload, isInUse: true);
        Assert.Equal(11, limit.Value);

        for (var round = 0; round < 20; round++) Answer(limit, Quick, LoadSign.Overload);
        Assert.Equal(2, limit.Value);
    }

    [Fact]
    public void Grows_by_one_per_round_of_clean_answers_up_to_its_upper_bound()
    {
        var limit = new ConcurrencyLimit(1, 8);
        while (limit.Value > 1) Answer(limit, Quick, LoadSign.Overload);

        var rounds = 0;
        for (; limit.Value < 8; rounds++)
            for (var i = limit.Value; i > 0; i--) Answer(limit, Quick, LoadSign.Clean);

        Assert.InRange(rounds, 7, 10);
        Answer(limit, Quick, LoadSign.Clean);
        Assert.Equal(8, limit.Value);
    }

    [Fact]
    public void A_limit_that_nobody_reaches_is_not_raised()
    {
        var limit = new ConcurrencyLimit(1, 8);
        Answer(limit, Quick, LoadSign.Overload);
        var before = limit.Value;

        for (var i = 0; i < 100; i++) limit.Observe(_now += Second, _now + 20, Quick, LoadSign.Clean, isInUse: false);

        Assert.Equal(before, limit.Value);
    }

    [Fact]
    public void Answers_that_become_slow_shrink_it_and_a_new_normal_lets_it_grow_again()
    {
        var limit = new ConcurrencyLimit(1, 16);
        for (var i = 0; i < 50; i++) Answer(limit, TimeSpan.FromMilliseconds(100), LoadSign.Clean);

        for (var i = 0; i < 10; i++) Answer(limit, TimeSpan.FromMilliseconds(900), LoadSign.Clean);
        Assert.InRange(limit.Value, 5, 13);

        for (var i = 0; i < 1000; i++) Answer(limit, TimeSpan.FromMilliseconds(900), LoadSign.Clean);
        Assert.Equal(16, limit.Value);
    }

    [Fact]
    public void Outliers_and_small_changes_are_not_slow()
    {
        var limit = new ConcurrencyLimit(1, 16);

        for (var i = 0; i < 500; i++) Answer(limit, TimeSpan.FromMilliseconds(i % 5 == 0 ? 3000 : 5 + (i / 5 % 2 * 150)), LoadSign.Clean);

        Assert.Equal(16, limit.Value);
    }

    [Fact]
    public void What_says_nothing_about_the_load_changes_nothing()
    {
        var limit = new ConcurrencyLimit(1, 16);
        Answer(limit, Quick, LoadSign.Overload);

        for (var i = 0; i < 100; i++) Answer(limit, TimeSpan.FromSeconds(30), LoadSign.None);

        Assert.Equal(11, limit.Value);
    }

    private void Answer(ConcurrencyLimit limit, TimeSpan latency, LoadSign sign) =>
        limit.Observe(_now += Second, _now + 20, latency, sign, isInUse: true);
}
