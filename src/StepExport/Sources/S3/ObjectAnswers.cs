using System.Net;
using Amazon.Runtime;

namespace StepExport.Sources.S3;

/// <summary>Which refusals are about one object, while the others can be read. Pure.</summary>
internal static class ObjectAnswers
{
    /// <summary>Why this object cannot be read; null when the answer is about the bucket, the credentials or the store.</summary>
    public static string? Reason(AmazonServiceException e) => e.ErrorCode switch
    {
        "AccessDenied" => "access to it is denied: the credentials need s3:GetObject on it, and kms:Decrypt where it is encrypted with a KMS key",
        "InvalidObjectState" => "it is archived (Glacier): restore it first",
        "InvalidRequest" or "InvalidArgument" or "MethodNotAllowed" => "the store refuses to hand it out; it may be encrypted with a key that the reader has to bring",
        { } code when code.StartsWith("KMS.", StringComparison.Ordinal) => "its KMS key cannot be used: see the key's state and its policy",
        _ => null,
    };

    /// <summary>It was deleted since it was listed.</summary>
    public static bool IsGone(AmazonServiceException e) => e.ErrorCode is "NoSuchKey" or "NoSuchVersion";

    /// <summary>It was overwritten since it was listed, or since it was read last.</summary>
    public static bool IsOverwritten(AmazonServiceException e) => e.StatusCode == HttpStatusCode.PreconditionFailed;
}
