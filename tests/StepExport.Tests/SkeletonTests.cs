using StepExport.Configuration;

namespace StepExport.Tests;

public sealed class SkeletonTests
{
    [Fact]
    public void Duration_reads_its_unit() => Assert.Equal(TimeSpan.FromMinutes(2), Duration.Parse("2m").Value);
}
