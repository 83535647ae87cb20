using StepExport.Core.Delivery;
using StepExport.Testing.Delivery;
using StepExport.Testing.S3;

namespace StepExport.Tests.Sinks.S3;

/// <summary>Every row of the table, through the real SDK: what a store answers, and what becomes of the batch.</summary>
public sealed class S3AnswersTests
{
    [Theory]
    [InlineData(404, "NoSuchBucket", true, "the bucket findings does not exist: create it")]
    [InlineData(403, "ExpiredToken", true, "the credentials have expired")]
    [InlineData(400, "ExpiredToken", true, "the credentials have expired")]
    [InlineData(400, "TokenRefreshRequired", true, "the credentials have expired")]
    [InlineData(400, "InvalidToken", true, "the session token is not valid")]
    [InlineData(403, "InvalidAccessKeyId", true, "the access key id is not known")]
    [InlineData(403, "SignatureDoesNotMatch", true, "the secret access key is wrong")]
    [InlineData(403, "RequestTimeTooSkewed", true, "this machine's clock differs")]
    [InlineData(403, "AccessDenied", true, "access is denied: the credentials need s3:PutObject")]
    [InlineData(403, "AllAccessDisabled", true, "the account may not use the bucket")]
    [InlineData(301, "PermanentRedirect", true, "the bucket findings is in another region")]
    [InlineData(400, "AuthorizationHeaderMalformed", true, "the bucket findings is in another region")]
    [InlineData(400, "InvalidBucketName", true, "is not a name that this store takes")]
    [InlineData(400, "KMS.DisabledException", true, "the KMS key cannot be used")]
    [InlineData(400, "KMS.NotFoundException", true, "the KMS key cannot be used")]
    [InlineData(400, "AccessControlListNotSupported", true, "the bucket has no ACLs")]
    [InlineData(400, "InvalidStorageClass", true, "does not know this storageClass")]
    [InlineData(400, "InvalidTag", true, "refuses the tags")]
    [InlineData(400, "BadDigest", false, "the object was damaged on its way")]
    [InlineData(400, "XAmzContentSHA256Mismatch", false, "the object was damaged on its way")]
    [InlineData(501, "NotImplemented", true, "try conditionalWrites: false")]
    [InlineData(405, "MethodNotAllowed", true, "the address does not take objects")]
    [InlineData(400, "EntityTooLarge", true, "lower batch.maxBytes or partSize")]
    [InlineData(400, "EntityTooSmall", true, "raise partSize")]
    [InlineData(403, "QuotaExceeded", true, "the store is full")]
    [InlineData(507, "XMinioStorageFull", true, "the store is full")]
    [InlineData(409, "ConditionalRequestConflict", false, "another request is writing the same key")]
    [InlineData(503, "SlowDown", false, "the store asks for fewer requests")]
    [InlineData(429, "TooManyRequests", false, "the store asks for fewer requests")]
    [InlineData(500, "InternalError", false, "the store is not available")]
    [InlineData(503, "ServiceUnavailable", false, "the store is not available")]
    [InlineData(502, "", false, "the store is not available")]
    [InlineData(400, "RequestTimeout", false, "the store is not available")]
    [InlineData(401, "", true, "the credentials are refused")]
    [InlineData(403, "SomethingNew", true, "access is denied")]
    [InlineData(404, "SomethingNew", true, "or the address is not there")]
    [InlineData(400, "InvalidRequest", true, "the store refuses the request")]
    [InlineData(400, "SomethingNew", true, "the store refuses the request")]
    [InlineData(418, "", true, "the answer is not understood")]
    public async Task Every_answer_delays_the_batch_and_says_why(int status, string code, bool needsOperator, string words)
    {
        await using var server = await FakeS3Server.StartAsync();
        var bucket = await server.NewBucketAsync();
        await using var lake = new S3Harness(bucket);
        server.Fault = _ => FakeS3Fault.Error(status, code);

        // The first refusal of credentials has them read again, and says so.
        await lake.SendAsync(SomeBatch.Of(1));
        var result = await lake.SendAsync(SomeBatch.Of(1));

        Assert.Equal((RecordOutcome.Retry, needsOperator), (result.Outcome, result.NeedsOperator));
        Assert.Null(result.Records);
        Assert.Contains(words, result.Reason, StringComparison.Ordinal);
        Assert.StartsWith($"HTTP {status}", result.Code, StringComparison.Ordinal);
        if (status != 301) Assert.Contains("the store's own words", result.Reason, StringComparison.Ordinal);

        // Only the first answer is bad luck: nothing sticks.
        server.Fault = _ => null;
        Assert.Same(SendResult.Delivered, await lake.SendAsync(SomeBatch.Of(1)));
    }

    [Fact]
    public async Task The_SDK_does_not_retry_by_itself()
    {
        await using var server = await FakeS3Server.StartAsync();
        var bucket = await server.NewBucketAsync();
        await using var lake = new S3Harness(bucket);
        server.Fault = _ => FakeS3Fault.Error(503, "SlowDown");

        await lake.SendAsync(SomeBatch.Of(1));

        Assert.Single(server.Calls);
    }

    [Fact]
    public async Task Retry_After_is_obeyed()
    {
        await using var server = await FakeS3Server.StartAsync();
        var bucket = await server.NewBucketAsync();
        await using var lake = new S3Harness(bucket);
        server.Fault = _ => FakeS3Fault.Error(503, "SlowDown", retryAfter: "17");

        Assert.Equal(TimeSpan.FromSeconds(17), (await lake.SendAsync(SomeBatch.Of(1))).RetryAfter);
    }

    [Fact]
    public async Task A_store_that_cannot_be_reached_delays_the_batch()
    {
        await using var lake = new S3Harness(new StepExport.Sinks.S3.S3Config { Type = "s3", Bucket = "b", Endpoint = "http://127.0.0.1:1", PathStyle = true, Credentials = new() { AccessKeyId = new("a"), SecretAccessKey = new("b") } });

        var result = await lake.SendAsync(SomeBatch.Of(1));

        Assert.Equal((RecordOutcome.Retry, false), (result.Outcome, result.NeedsOperator));
        Assert.StartsWith("127.0.0.1:1: cannot connect: ", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_the_region_that_the_bucket_is_in()
    {
        await using var server = await FakeS3Server.StartAsync();
        var bucket = await server.NewBucketAsync();
        await using var lake = new S3Harness(bucket);
        server.Fault = _ => FakeS3Fault.Error(400, "AuthorizationHeaderMalformed") with { Region = "eu-central-1" };

        Assert.Contains("is in region eu-central-1: write it into region", (await lake.SendAsync(SomeBatch.Of(1))).Reason, StringComparison.Ordinal);
    }
}
