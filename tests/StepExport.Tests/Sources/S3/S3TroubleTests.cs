using System.Text;
using StepExport.Testing.Ingest;
using StepExport.Testing.S3;

namespace StepExport.Tests.Sources.S3;

/// <summary>What goes wrong, what it does to the others, and what a person is told.</summary>
public sealed class S3TroubleTests
{
    private static readonly int[] Ten = [.. Enumerable.Range(1, 10)];

    [Theory]
    [InlineData(403, "AccessDenied", "s3://detections/b.json cannot be read: access to it is denied")]
    [InlineData(403, "InvalidObjectState", "it is archived (Glacier)")]
    [InlineData(400, "KMS.DisabledException", "its KMS key cannot be used")]
    [InlineData(500, "InternalError", "the store is not available")]
    public async Task One_unreadable_object_is_named_and_the_others_go_on(int status, string code, string words)
    {
        await using var rig = await S3SourceRig.StartAsync();
        foreach (var (key, number) in new[] { ("a.json", 1), ("b.json", 2), ("c.json", 3) }) await rig.PutAsync(key, number);
        rig.Server.Fault = call => call is { Operation: "Get", Key: "b.json" } ? FakeS3Fault.Error(status, code) : null;

        rig.Follow();
        await rig.DurableAsync(1, 3);
        await rig.UntilAsync(() => !rig.Health.Ok);
        Assert.Contains(words, rig.Health.Reason, StringComparison.Ordinal);

        rig.Server.Fault = _ => null;
        await rig.DurableAsync(2);
        await rig.UntilAsync(() => rig.Health.Ok);
        Assert.Equal([1, 3, 2], rig.Journal.Durable());
    }

    [Fact]
    public async Task An_unreadable_object_is_tried_ever_more_seldom()
    {
        await using var rig = await S3SourceRig.StartAsync();
        await rig.PutAsync("a.json", 1);
        rig.Server.Fault = call => call.Operation == "Get" ? FakeS3Fault.Error(403, "AccessDenied") : null;
        rig.Follow();
        var start = rig.Journal.Time.GetUtcNow();

        await rig.UntilAsync(() => rig.Journal.Time.GetUtcNow() > start + TimeSpan.FromHours(4));

        // After 1, 2, 4, 8, 16 and 32 minutes, then every hour
        Assert.InRange(rig.Gets.Length, 8, 11);
    }

    [Fact]
    public async Task Once_says_at_its_end_what_could_not_be_read()
    {
        await using var rig = await S3SourceRig.StartAsync();
        await rig.PutAsync("a.json", 1);
        await rig.Bucket.PutAsync("b.json.gz", S3SourceRig.Gzip(IngressRig.Lines(2, 100))[..^20]);
        await rig.PutAsync("c.json", 3);

        var e = await Assert.ThrowsAsync<IOException>(() => rig.ReadOnceAsync());

        Assert.Contains("s3://detections/b.json.gz cannot be read: it is damaged gzip", e.Message, StringComparison.Ordinal);
        Assert.Contains(3, rig.Journal.Durable());
    }

    [Fact]
    public async Task Damaged_gzip_is_not_read_again_until_it_is_another()
    {
        await using var rig = await S3SourceRig.StartAsync();
        rig.Config = rig.Config with { RelistInterval = new(TimeSpan.FromMinutes(1)) };
        await rig.Bucket.PutAsync("a.json.gz", "\u0002 no gzip"u8.ToArray());
        rig.Follow();
        await rig.UntilAsync(() => rig.Server.Calls.Count(call => call.Operation == "List") > 5);
        Assert.Single(rig.Gets);
        Assert.Contains("it is no gzip, though its name says so", rig.Health.Reason, StringComparison.Ordinal);

        await rig.PutAsync("a.json.gz", 1);
        await rig.DurableAsync(1);
        await rig.UntilAsync(() => rig.Health.Ok);
    }

    [Fact]
    public async Task Damaged_content_goes_to_the_dead_letters_with_its_address()
    {
        await using var rig = await S3SourceRig.StartAsync();
        await rig.Bucket.PutAsync("x/a\nb.ndjson", IngressRig.Lines(1, 1) + "no json\n" + IngressRig.Lines(2, 1));

        await rig.ReadOnceAsync();

        Assert.Equal([1, 2], rig.Journal.Durable());
        Assert.StartsWith("s3://detections/x/a%0Ab.ndjson line 2 byte ", Assert.Single(rig.Journal.DeadLetters.List()).Letter.Position, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(404, "NoSuchBucket", "s3://detections cannot be listed: the bucket detections does not exist")]
    [InlineData(403, "AccessDenied", "the credentials need s3:ListBucket on detections and s3:GetObject on its objects")]
    [InlineData(301, "PermanentRedirect", "the bucket detections is in another region")]
    [InlineData(403, "ExpiredToken", "the credentials have expired")]
    [InlineData(503, "SlowDown", "the store asks for fewer requests")]
    public async Task Trouble_with_the_bucket_shows_and_passes(int status, string code, string words)
    {
        await using var rig = await S3SourceRig.StartAsync();
        await rig.PutAsync("a.json", 1);
        rig.Server.Fault = call => call.Operation == "List" ? FakeS3Fault.Error(status, code) : null;

        rig.Follow();
        await rig.UntilAsync(() => !rig.Health.Ok);
        Assert.Contains(words, rig.Health.Reason, StringComparison.Ordinal);

        rig.Server.Fault = _ => null;
        await rig.DurableAsync(1);
        Assert.True(rig.Health.Ok);
    }

    [Theory]
    [InlineData("a.ndjson")]
    [InlineData("a.ndjson.gz")]
    public async Task Goes_on_behind_the_last_detection_when_the_connection_breaks(string key)
    {
        await using var rig = await S3SourceRig.StartAsync();
        var lines = IngressRig.Lines(1, 5000);
        await rig.Bucket.PutAsync(key, key.EndsWith(".gz", StringComparison.Ordinal) ? S3SourceRig.Gzip(lines) : Encoding.UTF8.GetBytes(lines));
        var stored = (await rig.Bucket.GetAsync(key)).Length;
        var gets = 0;
        rig.Server.Fault = call => call.Operation == "Get" && Interlocked.Increment(ref gets) <= 2 ? new() { CutsAnswerAfter = stored * 2 / 5 } : null;

        await rig.ReadOnceAsync();

        Assert.Equal(Enumerable.Range(1, 5000), rig.Journal.Durable());
        Assert.Equal(key == "a.ndjson", rig.Server.Calls[^1].Headers.ContainsKey("Range"));
        Assert.True(rig.Server.Calls[^1].Headers.ContainsKey("If-Match"));
    }

    [Fact]
    public async Task An_object_overwritten_while_it_is_read_is_read_from_its_start()
    {
        await using var rig = await S3SourceRig.StartAsync();
        await rig.PutAsync("a.ndjson", 1, 5000);
        var gets = 0;
        rig.Server.Fault = call =>
        {
            if (call.Operation != "Get" || Interlocked.Increment(ref gets) != 1) return null;
            return new() { CutsAnswerAfter = 300_000 };
        };
        rig.Follow(new() { SubmissionDetections = 100 });
        await rig.DurableAsync(1);
        await rig.PutAsync("a.ndjson", 10_001);

        await rig.DurableAsync(10_001);

        var durable = rig.Journal.Durable();
        Assert.Equal(10_001, durable[^1]);
        Assert.Equal(Enumerable.Range(1, durable.Length - 1), durable[..^1]);
    }

    [Fact]
    public async Task An_object_that_was_deleted_since_it_was_listed_is_passed_over()
    {
        await using var rig = await S3SourceRig.StartAsync();
        await rig.PutAsync("a.json", 1);
        await rig.PutAsync("b.json", 2);
        rig.Server.Fault = call => call is { Operation: "Get", Key: "a.json" } ? FakeS3Fault.Error(404, "NoSuchKey") : null;

        await rig.ReadOnceAsync();

        Assert.Equal([2], rig.Journal.Durable());
        Assert.True(rig.Health.Ok);
    }

    [Fact]
    public async Task Opens_no_more_objects_ahead_than_it_was_told()
    {
        await using var rig = await S3SourceRig.StartAsync();
        rig.Config = rig.Config with { Concurrency = 3 };
        foreach (var number in Ten) await rig.PutAsync($"{number:D2}.json", number);
        var gate = new TaskCompletionSource();
        rig.Server.Fault = call => call is { Operation: "Get", Key: "01.json" } ? new() { Until = gate.Task } : null;

        rig.Follow();
        await rig.UntilAsync(() => rig.Gets.Length >= 4);
        Assert.Equal(["01.json", "02.json", "03.json", "04.json"], rig.Gets.Order());

        gate.SetResult();
        await rig.DurableAsync(Ten);
        Assert.Equal(Ten, rig.Journal.Durable());
    }
}
