using Amazon.Runtime;
using StepExport.Http;

namespace StepExport.Aws;

/// <summary>There are no credentials to sign with; the message says why, to the operator, and holds no secret.</summary>
internal sealed class AwsCredentialsException(string reason, Exception? cause = null) : IOException($"AWS credentials: {reason}", cause)
{
    /// <summary>What the token service answered, e.g. <c>HTTP 403/AccessDenied</c>; null when it was not asked or did not answer.</summary>
    public string? Code { get; private init; }

    /// <summary>Waiting alone will not help.</summary>
    public bool NeedsOperator { get; private init; } = true;

    /// <summary>What files, networks, the token service and the SDK do; null for bugs, and for what is explained already.</summary>
    public static AwsCredentialsException? Explain(Exception e) => e switch
    {
        AwsCredentialsException => null,
        AmazonServiceException { StatusCode: 0, InnerException: { } silent } => Explain(silent),
        AmazonServiceException sts => new(AwsErrors.Words("the role cannot be assumed", sts), sts)
        {
            Code = AwsErrors.Code(sts),
            NeedsOperator = (int)sts.StatusCode is >= 400 and < 500,
        },
        AmazonClientException => new(OneLine(e.Message), e),
        TimeoutException or OperationCanceledException => new($"none within {AwsCredentials.LongestWait.TotalSeconds} s", e) { NeedsOperator = false },
        HttpRequestException or IOException => new($"the token service: {HttpTrouble.Describe(e)}", e) { NeedsOperator = false },
        _ => null,
    };

    /// <summary>The SDK tells of its default chain in a paragraph per place where it has looked.</summary>
    private static string OneLine(string message) =>
        string.Join("; ", message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(line => line.TrimEnd('.', ':')));
}
