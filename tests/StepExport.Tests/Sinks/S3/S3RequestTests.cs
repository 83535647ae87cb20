using StepExport.Core.Delivery;
using StepExport.Sinks.S3;
using StepExport.Testing.S3;

namespace StepExport.Tests.Sinks.S3;

/// <summary>What the configuration makes of the requests, whole and in parts.</summary>
public sealed class S3RequestTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(13)]
    public async Task Encryption_storage_class_acl_and_tags_reach_the_request(int megabytes)
    {
        var headers = (await CallsAsync(megabytes, c => c with
        {
            Sse = new() { Type = "kms", KmsKeyId = "alias/lake", BucketKey = true },
            StorageClass = "STANDARD_IA",
            Acl = "bucket-owner-full-control",
            Tags = new Dictionary<string, string> { ["class"] = "a&b" },
            Metadata = new Dictionary<string, string> { ["team"] = "soc" },
            ContentEncoding = "none",
        })).Single(c => c.Operation is "Put" or "Begin").Headers;

        Assert.Equal(
            ("aws:kms", "alias/lake", "true"),
            (headers["x-amz-server-side-encryption"], headers["x-amz-server-side-encryption-aws-kms-key-id"], headers["x-amz-server-side-encryption-bucket-key-enabled"]));
        Assert.Equal(("STANDARD_IA", "bucket-owner-full-control"), (headers["x-amz-storage-class"], headers["x-amz-acl"]));
        Assert.Equal(("class=a%26b", "soc", "application/x-ndjson"), (headers["x-amz-tagging"], headers["x-amz-meta-team"], headers["Content-Type"]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(13)]
    public async Task SSE_S3_is_asked_for(int megabytes) =>
        Assert.Equal("AES256", (await CallsAsync(megabytes, c => c with { Sse = new() { Type = "aes256" } })).Single(c => c.Operation is "Put" or "Begin").Headers["x-amz-server-side-encryption"]);

    [Theory]
    [InlineData("crc32c", "x-amz-checksum-crc32c")]
    [InlineData("sha256", "x-amz-checksum-sha256")]
    [InlineData("md5", "Content-MD5")]
    [InlineData("none", null)]
    public async Task Every_body_is_signed_as_a_whole_and_has_the_checksum_in_its_header(string checksum, string? header)
    {
        var calls = await CallsAsync(13, c => c with { Checksum = checksum });
        string[] all = ["x-amz-checksum-crc32c", "x-amz-checksum-sha256", "Content-MD5", "x-amz-checksum-crc32", "x-amz-trailer"];

        Assert.Equal(3, calls.Count(c => c.Operation == "Part"));
        Assert.All(calls.Where(c => c.Operation == "Part"), call =>
        {
            Assert.Equal(header is null ? [] : [header], all.Where(call.Headers.ContainsKey));
            Assert.Equal(64, call.Headers["x-amz-content-sha256"].Length);
            Assert.False(call.Headers.ContainsKey("Content-Encoding"));
        });
        Assert.Equal(
            checksum is "md5" or "none" ? null : checksum.ToUpperInvariant(),
            calls.Single(c => c.Operation == "Begin").Headers.GetValueOrDefault("x-amz-checksum-algorithm"));
    }

    [Theory]
    [InlineData(6_000_000, 6_000_000, 1)]
    [InlineData(6_000_001, 6_000_000, 2)]
    [InlineData(60_000_000_000, 6_000_000, 10_000)]
    [InlineData(60_000_000_001, 6_000_000, 10_000)]
    [InlineData(100_000_000_000, 6_000_000, 10_000)]
    public void Parts_cover_the_object_and_are_not_too_many(long length, long configured, int count)
    {
        var size = Part.SizeFor(length, configured);
        var parts = Enumerable.Range(0, Part.CountFor(length, size)).Select(i => Part.At(i, length, size)).ToArray();

        Assert.Equal(count, parts.Length);
        Assert.Equal(Enumerable.Range(1, count), parts.Select(p => p.Number));
        Assert.Equal(length, parts.Sum(p => p.Length));
        Assert.Equal(parts.Select(p => p.Position).Skip(1), parts.SkipLast(1).Select(p => p.Position + p.Length));
        Assert.All(parts, p => Assert.InRange(p.Length, 1, size));
    }

    private static async Task<IReadOnlyList<FakeS3Call>> CallsAsync(int megabytes, Func<S3Config, S3Config> change)
    {
        await using var server = await FakeS3Server.StartAsync();
        var bucket = await server.NewBucketAsync();
        await using var lake = new S3Harness(bucket, c => change(S3Harness.InParts(c)));
        Assert.Same(SendResult.Delivered, await lake.SendAsync(S3Harness.Megabytes(megabytes)));
        return server.Calls;
    }
}
