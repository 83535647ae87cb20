using Amazon.Runtime;
using StepExport.Kafka.Auth;

namespace StepExport.Tests.Kafka.Auth;

/// <summary>The published vectors for signatures in the query string (suite "v4" of awslabs/aws-c-auth, the AWS SDKs' common code).</summary>
public sealed class SigV4Tests
{
    private const string Unreserved = "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static readonly SigV4.Scope Scope = new("example.amazonaws.com", "us-east-1", "service");
    private static readonly DateTimeOffset At = new(2015, 8, 30, 12, 36, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("get-vanilla-query-order-key-case", "Param2=value2 Param1=value1", null, "86012e2c9ad4d77369f5d81c11f75158aae4f895a085212cc6d3f923d300bed5")]
    [InlineData("get-vanilla-query-unreserved", $"{Unreserved}={Unreserved}", null, "8e76a88a7433637b12778d5592799b29ad21ecd6cf6325051c21d86f0acda2bf")]
    [InlineData(
        "get-vanilla-with-session-token",
        "",
        "6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267",
        "7ff2b50b376cb4d151970630573d6291dc128cc5c2a12ffb237f73cc53f67b6c")]
    public void Signs_as_published(string vector, string query, string? session, string signature)
    {
        var credentials = new ImmutableCredentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", session);
        var parameters = query.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(p => p.Split('=')).Select(p => KeyValuePair.Create(p[0], p[1]));

        var url = SigV4.Presign(Scope, parameters, credentials, At, TimeSpan.FromHours(1));

        Assert.True(url.EndsWith("&X-Amz-Signature=" + signature, StringComparison.Ordinal), $"{vector}: {url}");
    }
}
