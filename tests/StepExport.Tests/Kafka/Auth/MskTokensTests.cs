using System.Buffers.Text;
using System.Text;
using System.Web;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Auth;
using Amazon.Runtime.Internal.Util;
using Microsoft.Extensions.Time.Testing;
using StepExport.Aws;
using StepExport.Kafka.Auth;
using StepExport.Testing;
using StepExport.Testing.Aws;

namespace StepExport.Tests.Kafka.Auth;

public sealed class MskTokensTests
{
    private const string RoleArn = "arn:aws:iam::123456789012:role/stepexport";
    private static readonly AwsCredentialsConfig Keys = new() { AccessKeyId = new("AKID"), SecretAccessKey = new("key") };
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 5, 6, 7, TimeSpan.Zero);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>The fields that the signers of AWS for Go, Python and .NET assert of their own tokens.</summary>
    [Fact]
    public async Task The_token_is_a_presigned_Connect()
    {
        using var tokens = Tokens(Keys with { SessionToken = new("a+b/c==") });

        var token = await tokens.GetAsync(Stop);

        var url = new Uri(Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token.Value)));
        var query = HttpUtility.ParseQueryString(url.Query);
        Assert.Equal("https://kafka.eu-west-1.amazonaws.com/", url.GetLeftPart(UriPartial.Path));
        Assert.Equal("kafka-cluster:Connect", query["Action"]);
        Assert.Equal("AWS4-HMAC-SHA256", query["X-Amz-Algorithm"]);
        Assert.Equal("AKID/20261122/eu-west-1/kafka-cluster/aws4_request", query["X-Amz-Credential"]);
        Assert.Equal("20261122T050607Z", query["X-Amz-Date"]);
        Assert.Equal("900", query["X-Amz-Expires"]);
        Assert.Equal("host", query["X-Amz-SignedHeaders"]);
        Assert.Equal("a+b/c==", query["X-Amz-Security-Token"]);
        Assert.Matches("^[0-9a-f]{64}$", query["X-Amz-Signature"]);
        Assert.StartsWith("stepexport/", query["User-Agent"], StringComparison.Ordinal);
        Assert.Equal(9, query.Count);
        Assert.Equal(Now.AddSeconds(900), token.Expires);
        Assert.Equal("token of AKID", token.ToString());
    }

    /// <summary>The signer inside the SDK, which AWS's own signer for .NET calls, comes to the same signature.</summary>
    [Fact]
    public void The_signature_is_that_of_the_SDKs_signer()
    {
        var request = new DefaultRequest(new AnyRequest(), "kafka-cluster")
        {
            UseQueryString = true,
            HttpMethod = "GET",
            Endpoint = new("https://kafka.eu-west-1.amazonaws.com"),
        };
        request.Parameters["X-Amz-Expires"] = "900";
        request.Parameters["Action"] = "kafka-cluster:Connect";
        request.Parameters["X-Amz-Security-Token"] = "a+b/c==";
        var expected = AWS4PreSignedUrlSigner.SignRequest(request, null, new RequestMetrics(), "AKID", "key", "kafka-cluster", "eu-west-1");

        var token = MskTokens.Sign(new("AKID", "key", "a+b/c=="), "eu-west-1", new(expected.DateTime.ToUniversalTime()));

        var query = HttpUtility.ParseQueryString(new Uri(Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token.Value))).Query);
        Assert.Equal(expected.ISO8601DateTime, query["X-Amz-Date"]);
        Assert.Equal(expected.Signature, query["X-Amz-Signature"]);
    }

    [Fact]
    public async Task Credentials_are_read_anew_for_every_token()
    {
        await using var sts = await FakeTokenService.StartAsync();
        using var tokens = Tokens(Keys with { AssumeRole = new() { RoleArn = RoleArn } }, sts.Endpoint);

        Assert.Equal("ROLE1", (await tokens.GetAsync(Stop)).Principal);
        Assert.Equal("ROLE2", (await tokens.GetAsync(Stop)).Principal);

        Assert.All(sts.Calls, c => Assert.Contains("/eu-west-1/sts/", c.Authorization, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_refusal_of_the_token_service_is_told_with_its_code()
    {
        await using var sts = await FakeTokenService.StartAsync();
        sts.Refusal = new(403, "AccessDenied", "not for you");
        using var tokens = Tokens(Keys with { AssumeRole = new() { RoleArn = RoleArn } }, sts.Endpoint);

        var problem = await Assert.ThrowsAsync<IOException>(() => tokens.GetAsync(Stop));

        Assert.Equal("AWS credentials: the role cannot be assumed; it says: not for you (HTTP 403/AccessDenied)", problem.Message);
    }

    [Fact]
    public async Task The_end_does_not_wait_for_a_token_service_that_hangs()
    {
        var asked = new TaskCompletionSource();
        await using var sts = await ScriptedEndpoint.StartAsync(_ =>
        {
            asked.SetResult();
            return new TaskCompletionSource<FormReply>().Task;
        });
        using var tokens = Tokens(Keys with { AssumeRole = new() { RoleArn = RoleArn } }, sts.Address);
        using var end = new CancellationTokenSource();
        var token = tokens.GetAsync(end.Token);
        await asked.Task.WaitAsync(Hangs.After, Stop);

        await end.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => token.WaitAsync(Hangs.After, Stop));
    }

    private static MskTokens Tokens(AwsCredentialsConfig credentials, string? sts = null) =>
        new(new() { Region = "eu-west-1", Credentials = credentials, StsEndpoint = sts }, new FakeTimeProvider(Now));

    private sealed class AnyRequest : AmazonWebServiceRequest;
}
