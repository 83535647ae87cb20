using StepExport.Configuration;
using StepExport.Sources.S3;
using StepExport.Testing.S3;

namespace StepExport.Tests.Sources.S3;

/// <summary>What <c>check</c> says.</summary>
public sealed class S3SourceCheckTests
{
    private static readonly S3SourceConfig Good = new() { Type = "s3", Bucket = "acme-detections", Region = "eu-west-1" };

    [Fact]
    public async Task Says_what_is_there()
    {
        await using var rig = await S3SourceRig.StartAsync();
        await using var source = rig.Source(once: false);
        Assert.EndsWith("nothing is there yet.", (await source.CheckAsync(TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);

        await rig.PutAsync("a\n.json", 1);
        var result = await source.CheckAsync(TestContext.Current.CancellationToken);

        Assert.True(result.Ok);
        Assert.EndsWith("its first object can be read (s3://detections/a%0A.json).", result.Message, StringComparison.Ordinal);
        Assert.Empty(rig.Journal.Durable());
    }

    [Theory]
    [InlineData("List", 403, "AccessDenied", "s3://detections cannot be listed: access is denied: the credentials need s3:ListBucket")]
    [InlineData("Get", 403, "AccessDenied", "can be listed, but s3://detections/a.json cannot be read: access to it is denied")]
    [InlineData("Get", 503, "SlowDown", "the store asks for fewer requests")]
    public async Task Says_what_is_refused(string operation, int status, string code, string words)
    {
        await using var rig = await S3SourceRig.StartAsync();
        await rig.PutAsync("a.json", 1);
        rig.Server.Fault = call => call.Operation == operation ? FakeS3Fault.Error(status, code) : null;
        await using var source = rig.Source(once: false);

        var result = await source.CheckAsync(TestContext.Current.CancellationToken);

        Assert.False(result.Ok);
        Assert.Contains(words, result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Mistakes_of_the_configuration_are_reported_together()
    {
        string[] expected = ["bucket", "region", "prefix", "suffixes[1]", "relistInterval", "retry.initial", "connectTimeout"];
        var problems = new ConfigProblems();

        new S3SourceFactory().Validate(
            Good with
            {
                Bucket = "Acme",
                Region = null,
                Prefix = "/x",
                Suffixes = [".json", " "],
                PollInterval = new(TimeSpan.FromMinutes(2)),
                RelistInterval = new(TimeSpan.FromMinutes(1)),
                Retry = new() { Initial = new(TimeSpan.FromMinutes(2)) },
                ConnectTimeout = new(TimeSpan.FromMinutes(1)),
            },
            problems);

        Assert.Equal(expected.Order(), problems.All.Select(p => p.Path).Order());
    }

    [Fact]
    public void The_smallest_configuration_is_enough()
    {
        var problems = new ConfigProblems();
        new S3SourceFactory().Validate(Good, problems);
        Assert.Empty(problems.All);
    }
}
