using System.Text;
using StepExport.Core.Normalization;

namespace StepExport.Tests.Normalization;

public sealed class TimestampsTests
{
    [Theory]
    [InlineData("1753204005", 1_753_204_005_000)]
    [InlineData("1753204005.1239", 1_753_204_005_123)]
    [InlineData("1753204005123", 1_753_204_005_123)]
    [InlineData("2025-07-22T17:06:45Z", 1_753_204_005_000)]
    [InlineData("2025-07-22T17:06:45.265Z", 1_753_204_005_265)]
    [InlineData("2025-07-22T17:06:45.869380629Z", 1_753_204_005_869)]
    [InlineData("2025-07-22T19:06:45.5+02:00", 1_753_204_005_500)]
    [InlineData("2025-07-22T15:36:45-01:30", 1_753_204_005_000)]
    public void Reads_seconds_milliseconds_and_iso(string text, long expected)
    {
        Assert.True(Timestamps.TryParse(Encoding.UTF8.GetBytes(text), out var timeMs));
        Assert.Equal(expected, timeMs);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("-1753204005")]
    [InlineData("1753204005123456")]
    [InlineData("1753204005x")]
    [InlineData("1753204005.")]
    [InlineData("2025-02-30T17:06:45Z")]
    [InlineData("2025-07-22T24:06:45Z")]
    [InlineData("2025-07-22T17:06:45")]
    [InlineData("2025-07-22")]
    [InlineData("1960-07-22T17:06:45Z")]
    public void Refuses_what_is_no_moment_in_the_validators_bounds(string text) =>
        Assert.False(Timestamps.TryParse(Encoding.UTF8.GetBytes(text), out _));
}
