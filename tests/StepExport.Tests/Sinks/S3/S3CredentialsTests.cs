using StepExport.Core.Delivery;
using StepExport.Sinks.S3;
using StepExport.Testing;
using StepExport.Testing.Aws;
using StepExport.Testing.Delivery;
using StepExport.Testing.S3;

namespace StepExport.Tests.Sinks.S3;

public sealed class S3CredentialsTests
{
    private const string Role = "arn:aws:iam::123456789012:role/lake";

    [Fact]
    public async Task Keys_sign_the_requests()
    {
        await using var server = await FakeS3Server.StartAsync();
        var call = await SendOnceAsync(server, c => c with { Credentials = new() { AccessKeyId = new("AKID"), SecretAccessKey = new("s"), SessionToken = new("tok") } });

        Assert.Contains("Credential=AKID/", call.Headers["Authorization"], StringComparison.Ordinal);
        Assert.Equal("tok", call.Headers["x-amz-security-token"]);
    }

    [Fact]
    public async Task The_configured_region_goes_into_the_signature()
    {
        await using var server = await FakeS3Server.StartAsync();
        var call = await SendOnceAsync(server, c => c with { Region = "eu-west-1" });

        Assert.Contains("/eu-west-1/s3/aws4_request", call.Headers["Authorization"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_assumed_role_signs_the_requests()
    {
        await using var server = await FakeS3Server.StartAsync();
        await using var sts = await FakeTokenService.StartAsync();
        var call = await SendOnceAsync(server, c => c with
        {
            StsEndpoint = sts.Endpoint,
            Credentials = c.Credentials with { AssumeRole = new() { RoleArn = Role } },
        });

        Assert.Contains($"Credential={RadosGateway.AccessKey}/", Assert.Single(sts.Calls).Authorization, StringComparison.Ordinal);
        Assert.Contains("Credential=ROLE1/", call.Headers["Authorization"], StringComparison.Ordinal);
        Assert.Equal("role-token-1", call.Headers["x-amz-security-token"]);
    }

    [Fact]
    public async Task Refused_credentials_are_read_again_for_the_next_attempt()
    {
        await using var server = await FakeS3Server.StartAsync();
        await using var sts = await FakeTokenService.StartAsync();
        using var folder = new TemporaryFolder();
        var bucket = await server.NewBucketAsync();
        await using var lake = new S3Harness(bucket, c => c with
        {
            StsEndpoint = sts.Endpoint,
            Credentials = new() { WebIdentity = new() { TokenFile = folder.Write("token", "first\n"), RoleArn = Role, SessionName = "pod" } },
        });

        Assert.Same(SendResult.Delivered, await lake.SendAsync(SomeBatch.Of(1)));
        folder.Write("token", "second");
        server.FailOnce("Put", 1, FakeS3Fault.Error(400, "ExpiredToken"));
        var refused = await lake.SendAsync(SomeBatch.Of(2));
        Assert.Same(SendResult.Delivered, await lake.SendAsync(SomeBatch.Of(2)));

        Assert.Equal((RecordOutcome.Retry, TimeSpan.Zero), (refused.Outcome, refused.RetryAfter));
        Assert.Equal(["first", "second"], sts.Calls.Select(c => c.Fields["WebIdentityToken"]));
        Assert.Contains("Credential=ROLE2/", server.Calls[^1].Headers["Authorization"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_role_that_is_refused_delays_and_calls_for_a_person()
    {
        await using var server = await FakeS3Server.StartAsync();
        await using var sts = await FakeTokenService.StartAsync();
        sts.Refusal = new(403, "AccessDenied", "not for you");
        var bucket = await server.NewBucketAsync();
        await using var lake = new S3Harness(bucket, c => c with { StsEndpoint = sts.Endpoint, Credentials = c.Credentials with { AssumeRole = new() { RoleArn = Role } } });

        await lake.SendAsync(SomeBatch.Of(1));
        var result = await lake.SendAsync(SomeBatch.Of(1));

        Assert.Equal((RecordOutcome.Retry, true, "HTTP 403/AccessDenied"), (result.Outcome, result.NeedsOperator, result.Code));
        Assert.Equal("AWS credentials: the role cannot be assumed; it says: not for you", result.Reason);
        sts.Refusal = null;
        Assert.Same(SendResult.Delivered, await lake.SendAsync(SomeBatch.Of(1)));
    }

    [Fact]
    public async Task Without_any_the_reason_says_so()
    {
        await using var server = await FakeS3Server.StartAsync();
        var bucket = await server.NewBucketAsync();
        await using var lake = new S3Harness(bucket, c => c with { Credentials = new() { Profile = "nobody" } });

        await lake.SendAsync(SomeBatch.Of(1));
        var result = await lake.SendAsync(SomeBatch.Of(1));

        Assert.Equal((RecordOutcome.Retry, true), (result.Outcome, result.NeedsOperator));
        Assert.StartsWith("AWS credentials: there is no profile 'nobody'", result.Reason, StringComparison.Ordinal);
    }

    private static async Task<FakeS3Call> SendOnceAsync(FakeS3Server server, Func<S3Config, S3Config> change)
    {
        var bucket = await server.NewBucketAsync();
        await using var lake = new S3Harness(bucket, change);
        Assert.Same(SendResult.Delivered, await lake.SendAsync(SomeBatch.Of(1)));
        return server.Calls.Last(c => c.Operation == "Put");
    }
}
