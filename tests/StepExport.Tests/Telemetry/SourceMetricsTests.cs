using StepExport.Core.Telemetry;

namespace StepExport.Tests.Telemetry;

public sealed class SourceMetricsTests
{
    [Fact]
    public void Types_that_senders_make_up_do_not_become_time_series_without_end()
    {
        var metrics = new SourceMetrics("in", TimeProvider.System);
        for (var i = 0; i < 1000; i++) metrics.AddNormalized($"made-up-{i}", 2);
        metrics.AddNormalized("made-up-0", 1);

        Assert.Equal(SourceMetrics.MaxTypes + 1, metrics.NormalizedByType.Count);
        Assert.Equal((1000 - SourceMetrics.MaxTypes) * 2, metrics.NormalizedByType[SourceMetrics.OtherTypes]);
        Assert.Equal(3, metrics.NormalizedByType["made-up-0"]);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(1.1, 1)]
    [InlineData(60_000, 14)]
    [InlineData(60_001, 15)]
    public void A_duration_falls_into_the_bucket_whose_bound_it_does_not_exceed(double milliseconds, int bucket)
    {
        var histogram = new DurationHistogram();
        histogram.Record(TimeSpan.FromMilliseconds(milliseconds));
        Assert.Equal(bucket, Array.IndexOf(histogram.Counts(), 1L));
        Assert.Equal(milliseconds / 1000, histogram.SumSeconds, 6);
    }
}
