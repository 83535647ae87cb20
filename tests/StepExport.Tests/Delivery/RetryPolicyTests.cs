using FsCheck;
using FsCheck.Fluent;
using StepExport.Core.Delivery;
using StepExport.Testing.Delivery;

namespace StepExport.Tests.Delivery;

public sealed class RetryPolicyTests
{
    private static readonly TimeSpan Initial = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Max = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(1, 1.0, 500)]
    [InlineData(2, 1.0, 1_000)]
    [InlineData(3, 1.0, 2_000)]
    [InlineData(7, 1.0, 32_000)]
    [InlineData(8, 1.0, 60_000)]
    [InlineData(1_000_000, 1.0, 60_000)]
    [InlineData(int.MaxValue, 1.0, 60_000)]
    [InlineData(3, 0.5, 1_000)]
    [InlineData(3, 0.0, 0)]
    public void The_bound_doubles_up_to_the_maximum_and_the_jitter_is_full(int failures, double jitter, double milliseconds) =>
        Assert.Equal(milliseconds, Policy(jitter).Delay(failures).TotalMilliseconds, precision: 3);

    [Theory]
    [InlineData(1, 7, 7)]
    [InlineData(50, 7, 7)]
    [InlineData(1, 600, 600)]
    [InlineData(1, 3_600, 3_600)]
    [InlineData(1, 40_000_000, 3_600)]
    public void Retry_after_is_obeyed_up_to_an_hour(int failures, double seconds, double expected) =>
        Assert.Equal(expected, Policy(0.3).Delay(failures, TimeSpan.FromSeconds(seconds)).TotalSeconds);

    [Theory]
    [InlineData(1, true)]
    [InlineData(RetryPolicy.AtOnceLimit, true)]
    [InlineData(RetryPolicy.AtOnceLimit + 1, false)]
    public void Zero_means_at_once_but_not_for_ever(int failures, bool atOnce)
    {
        Assert.Equal(atOnce, RetryPolicy.IsAtOnce(failures, TimeSpan.Zero));
        Assert.Equal(atOnce, Policy(1).Delay(failures, TimeSpan.Zero) == TimeSpan.Zero);
    }

    [Theory]
    [InlineData(0.0, 30)]
    [InlineData(1.0, 60)]
    public void What_needs_a_person_is_probed_slowly_from_the_first_failure_on(double jitter, double seconds) =>
        Assert.Equal(seconds, Policy(jitter).Delay(1, needsOperator: true).TotalSeconds);

    [Fact]
    public void Every_wait_lies_between_zero_and_its_bound()
    {
        Prop.ForAll<PositiveInt, PositiveInt, PositiveInt>((failures, initial, max) =>
        {
            var policy = new RetryPolicy(TimeSpan.FromMilliseconds(initial.Get), TimeSpan.FromMilliseconds(max.Get), new Random(failures.Get));
            var bound = Math.Min(max.Get, initial.Get * Math.Pow(2, failures.Get - 1));
            var delay = policy.Delay(failures.Get).TotalMilliseconds;
            return delay >= 0 && delay <= bound + 0.001;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Jitter_spreads_over_the_whole_range()
    {
        var policy = new RetryPolicy(Max, Max, new Random(42));
        var quarters = Enumerable.Range(0, 400).CountBy(_ => (int)(policy.Delay(1) / Max * 4)).ToDictionary();
        Assert.All(Enumerable.Range(0, 4), quarter => Assert.InRange(quarters.GetValueOrDefault(quarter), 60, 140));
    }

    private static RetryPolicy Policy(double jitter) => new(Initial, Max, new FixedRandom(jitter));
}
