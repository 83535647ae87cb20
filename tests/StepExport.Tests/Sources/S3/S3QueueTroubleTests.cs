using StepExport.Configuration;
using StepExport.Sources.S3;
using StepExport.Testing;
using StepExport.Testing.S3;

namespace StepExport.Tests.Sources.S3;

/// <summary>What ails the queue, and that the listing does not care.</summary>
public sealed class S3QueueTroubleTests
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData(400, "com.amazonaws.sqs#QueueDoesNotExist", "the queue does not exist")]
    [InlineData(403, "AccessDeniedException", "access is denied: the credentials need sqs:ReceiveMessage")]
    [InlineData(400, "com.amazonaws.sqs#RequestThrottled", "it asks for fewer requests")]
    [InlineData(503, "ServiceUnavailable", "it is not available at the moment")]
    public async Task Trouble_shows_while_the_listing_goes_on_and_ends_by_itself(int status, string code, string words)
    {
        await using var rig = await NotifiedRig.StartAsync();
        rig.S3.Config = rig.S3.Config with { PollInterval = new(TimeSpan.FromSeconds(5)) };
        rig.Queue.Fault = _ => (status, code);
        await rig.FollowAsync();
        await rig.UntilAsync(() => !rig.S3.Health.Ok, Step);
        Assert.Contains(words, rig.S3.Health.Reason, StringComparison.Ordinal);

        await rig.S3.PutAsync("a.json", 1);
        await rig.UntilAsync(() => rig.S3.Journal.Durable().Length == 1, Step);
        Assert.False(rig.S3.Health.Ok);

        rig.Queue.Fault = _ => null;
        await rig.UntilAsync(() => rig.S3.Health.Ok, Step);
    }

    [Fact]
    public async Task A_wrong_secret_is_refused_and_a_rotated_one_is_taken_without_a_restart()
    {
        using var folder = new TemporaryFolder();
        var (secret, token) = (folder.File("secret"), folder.File("token"));
        await System.IO.File.WriteAllTextAsync(secret, "wrong", TestContext.Current.CancellationToken);
        await System.IO.File.WriteAllTextAsync(token, "old", TestContext.Current.CancellationToken);
        await using var rig = await NotifiedRig.StartAsync();
        rig.Queue.Key = ("id", "key", "old");
        rig.S3.Config = rig.S3.Config with
        {
            Credentials = new() { AccessKeyId = new("id"), SecretAccessKey = new($"${{file:{secret}}}"), SessionToken = new($"${{file:{token}}}") },
        };
        await rig.FollowAsync();
        await rig.UntilAsync(() => !rig.S3.Health.Ok, Step);
        Assert.Contains("the signature does not match", rig.S3.Health.Reason, StringComparison.Ordinal);

        await System.IO.File.WriteAllTextAsync(secret, "key", TestContext.Current.CancellationToken);
        await rig.UntilAsync(() => rig.S3.Health.Ok, Step);

        rig.Queue.Key = ("id", "other", "new");
        await System.IO.File.WriteAllTextAsync(secret, "other", TestContext.Current.CancellationToken);
        await System.IO.File.WriteAllTextAsync(token, "new", TestContext.Current.CancellationToken);
        await rig.S3.PutAsync("a.json", 1);
        rig.Queue.Send(NotifiedRig.Event("a.json"));
        await rig.UntilAsync(() => rig.Queue.Count == 0, Step);
        Assert.Equal([1], rig.S3.Journal.Durable());
    }

    [Fact]
    public async Task The_check_asks_the_queue_and_takes_nothing()
    {
        await using var rig = await NotifiedRig.StartAsync();
        rig.Queue.Send(NotifiedRig.Event("a.json"));
        await using var source = rig.S3.Source(once: false);
        var good = await source.CheckAsync(TestContext.Current.CancellationToken);
        rig.Queue.Key = ("id", "other", null);
        var bad = await source.CheckAsync(TestContext.Current.CancellationToken);

        Assert.True(good.Ok);
        Assert.EndsWith("The queue can be asked; it holds 1 messages.", good.Message, StringComparison.Ordinal);
        Assert.False(bad.Ok);
        Assert.Contains("the signature does not match", bad.Message, StringComparison.Ordinal);
        Assert.Equal([0], rig.Queue.Deliveries);
    }

    [Fact]
    public void Mistakes_of_the_section_are_reported_together()
    {
        string[] expected = ["notifications.queueUrl", "notifications.endpoint", "notifications.waitTime", "notifications.waitTime"];
        var problems = new ConfigProblems();
        var wrong = new NotificationsConfig { QueueUrl = "https://sqs.eu-west-1.amazonaws.com/", Endpoint = "https://x/y", WaitTime = new(TimeSpan.FromMilliseconds(19_500)) };
        new S3SourceFactory().Validate(
            new() { Type = "s3", Bucket = "acme-detections", Region = "eu-west-1", Timeout = new(TimeSpan.FromSeconds(15)), Notifications = wrong }, problems);
        Assert.Equal(expected.Order(), problems.All.Select(p => p.Path).Order());
    }

    [Fact]
    public void A_queue_in_another_region_than_the_bucket_is_noticed()
    {
        var problems = new ConfigProblems();
        new S3SourceFactory().Validate(
            new() { Type = "s3", Bucket = "acme-detections", Region = "eu-west-1", Notifications = new() { QueueUrl = "https://sqs.us-east-2.amazonaws.com/1/q" } }, problems);
        Assert.Equal(["notifications.region"], problems.All.Select(p => p.Path));
    }
}
