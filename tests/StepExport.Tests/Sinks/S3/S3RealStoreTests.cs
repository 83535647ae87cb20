using StepExport.Core.Delivery;
using StepExport.Sinks.S3;
using StepExport.Testing.Delivery;
using StepExport.Testing.S3;

namespace StepExport.Tests.Sinks.S3;

/// <summary>What only a store that checks signatures, digests and conditions can tell.</summary>
public sealed class S3RealStoreTests
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("crc32c")]
    [InlineData("sha256")]
    [InlineData("md5")]
    [InlineData("none")]
    public async Task Takes_objects_whole_and_in_parts_with_any_checksum(string checksum)
    {
        var bucket = await BucketAsync();
        await using var lake = new S3Harness(bucket, c => S3Harness.InParts(c) with { Checksum = checksum });

        Assert.Same(SendResult.Delivered, await lake.SendAsync(SomeBatch.Range(1, 10)));
        Assert.Same(SendResult.Delivered, await lake.SendAsync(S3Harness.Megabytes(13, first: 11)));

        Assert.Equal(S3Harness.Uids(1, 23), await bucket.UidsAsync());
        Assert.Equal(3, lake.Gauge("s3_parts_total"));
        Assert.Empty(await bucket.UploadsAsync());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(13)]
    public async Task Writes_no_object_twice(int megabytes)
    {
        var bucket = await BucketAsync();
        await using var lake = new S3Harness(bucket, S3Harness.InParts);

        await lake.SendAsync(S3Harness.Megabytes(megabytes));
        Assert.Same(SendResult.Delivered, await lake.SendAsync(S3Harness.Megabytes(megabytes)));

        Assert.Single(await bucket.KeysAsync());
        Assert.Empty(await bucket.UploadsAsync());

        // This gateway knows the condition for whole objects only; parts it overwrites with the same bytes.
        if (megabytes == 1) Assert.Equal(1, lake.Gauge("s3_objects_already_there_total"));
    }

    [Fact]
    public async Task An_upload_that_was_given_up_leaves_nothing_and_a_replayed_one_clears_up_first()
    {
        var bucket = await BucketAsync();
        await using var lake = new S3Harness(bucket, S3Harness.InParts);
        await using var spool = lake.Spool(S3Harness.Megabytes(13), replayed: true);
        await using (var sample = lake.Spool(S3Harness.Megabytes(13)))
        {
            using var stopped = new CancellationTokenSource();
            await stopped.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sample.SendAsync(stopped.Token).AsTask());
        }

        Assert.Empty(await bucket.UploadsAsync());
        await lake.SendAsync(S3Harness.Megabytes(13));
        var key = Assert.Single(await bucket.KeysAsync());
        await bucket.Client.DeleteObjectAsync(bucket.Name, key, Stop);
        await bucket.Client.InitiateMultipartUploadAsync(bucket.Name, key, Stop);

        Assert.Same(SendResult.Delivered, await spool.SendAsync(Stop));

        Assert.Empty(await bucket.UploadsAsync());
        Assert.Equal(S3Harness.Uids(1, 13), await bucket.UidsAsync());
    }

    [Theory]
    [InlineData("gzip", "none", null, "application/gzip", null)]
    [InlineData("gzip", "gzip", null, "application/x-ndjson", "gzip")]
    [InlineData("none", "none", null, "application/x-ndjson", null)]
    [InlineData("gzip", "none", "text/plain", "text/plain", null)]
    public async Task Objects_carry_type_encoding_metadata_and_tags(string compression, string encoding, string? type, string expectedType, string? expectedEncoding)
    {
        var bucket = await BucketAsync();
        await using var lake = new S3Harness(bucket, c => c with
        {
            Compression = compression,
            ContentEncoding = encoding,
            ContentType = type,
            Metadata = new Dictionary<string, string> { ["team"] = "soc" },
            Tags = new Dictionary<string, string> { ["class"] = "evidence & more" },
            Acl = "private",
            StorageClass = "STANDARD",
        });

        Assert.Same(SendResult.Delivered, await lake.SendAsync(SomeBatch.Range(1, 3)));

        var key = Assert.Single(await bucket.KeysAsync());
        var head = await bucket.HeadAsync(key);
        Assert.Equal((expectedType, "soc"), (head.Headers.ContentType, head.Metadata["team"]));
        Assert.Equal(expectedEncoding, string.IsNullOrEmpty(head.Headers.ContentEncoding) ? null : head.Headers.ContentEncoding);
        var tag = Assert.Single((await bucket.Client.GetObjectTaggingAsync(new() { BucketName = bucket.Name, Key = key }, Stop)).Tagging);
        Assert.Equal(("class", "evidence & more"), (tag.Key, tag.Value));
        Assert.Equal(compression == "gzip", (await bucket.GetAsync(key)) is [0x1f, 0x8b, ..]);
    }

    [Fact]
    public async Task A_wrong_secret_is_told_from_a_wrong_id_and_a_rotated_one_is_read_again()
    {
        var bucket = await BucketAsync();
        using var folder = new StepExport.Testing.TemporaryFolder();
        folder.Write("secret", "wrong");
        await using var lake = new S3Harness(bucket, c => c with
        {
            Credentials = new() { AccessKeyId = new(RadosGateway.AccessKey), SecretAccessKey = new($"${{file:{folder.File("secret")}}}") },
        });

        var first = await lake.SendAsync(SomeBatch.Of(1));
        var second = await lake.SendAsync(SomeBatch.Of(1));
        folder.Write("secret", RadosGateway.SecretKey);
        await lake.SendAsync(SomeBatch.Of(1));

        Assert.Same(SendResult.Delivered, await lake.SendAsync(SomeBatch.Of(1)));
        Assert.Equal((TimeSpan.Zero, "HTTP 403/SignatureDoesNotMatch"), (first.RetryAfter, first.Code));
        Assert.Equal((null, true), (second.RetryAfter, second.NeedsOperator));
        Assert.DoesNotContain("wrong\n", second.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("good", true, "the bucket is there and takes the credentials")]
    [InlineData("bucket", false, "the bucket missing-bucket does not exist: create it")]
    [InlineData("id", false, "the access key id is not known")]
    [InlineData("secret", false, "the secret access key is wrong")]
    [InlineData("endpoint", false, "cannot connect")]
    [InlineData("tls", false, "TLS failed")]
    [InlineData("profile", false, "there is no profile 'nobody'")]
    public async Task The_check_says_what_is_wrong(string what, bool ok, string words)
    {
        var bucket = await BucketAsync();
        await using var lake = new S3Harness(Spoil(S3Harness.Config(bucket), what));

        var result = await lake.Sink.CheckAsync(Stop);

        Assert.Equal(ok, result.Ok);
        Assert.Contains(words, result.Message, StringComparison.Ordinal);
        Assert.Empty(await bucket.KeysAsync());
        Assert.Empty(lake.SpoolFiles);
    }

    private static S3Config Spoil(S3Config config, string what) => what switch
    {
        "bucket" => config with { Bucket = "missing-bucket" },
        "id" => config with { Credentials = config.Credentials with { AccessKeyId = new("NOBODY") } },
        "secret" => config with { Credentials = config.Credentials with { SecretAccessKey = new("wrong") } },
        "endpoint" => config with { Endpoint = "http://127.0.0.1:1" },
        "tls" => config with { Endpoint = config.Endpoint!.Replace("http:", "https:", StringComparison.Ordinal) },
        "profile" => config with { Credentials = new() { Profile = "nobody" } },
        _ => config,
    };

    private static async Task<S3Bucket> BucketAsync()
    {
        Assert.SkipUnless(RadosGateway.IsInstalled, RadosGateway.Missing);
        return await (await RadosGateway.SharedAsync()).NewBucketAsync();
    }
}
