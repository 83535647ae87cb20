using Amazon.Runtime;

namespace StepExport.Aws;

/// <summary>Words for the refusals of AWS services and of stores that speak their protocols.</summary>
internal static class AwsErrors
{
    /// <summary>Ours, and the service's own behind them.</summary>
    public static string Words(string reason, AmazonServiceException e) => string.IsNullOrEmpty(e.Message) ? reason : $"{reason}; it says: {e.Message}";

    /// <summary>E.g. <c>HTTP 403/AccessDenied</c>.</summary>
    public static string Code(AmazonServiceException e) => string.IsNullOrEmpty(e.ErrorCode)
        ? FormattableString.Invariant($"HTTP {(int)e.StatusCode}")
        : FormattableString.Invariant($"HTTP {(int)e.StatusCode}/{e.ErrorCode}");
}
