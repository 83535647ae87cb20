using System.Net;
using System.Net.Http.Headers;
using Amazon.Runtime;
using StepExport.Http;

namespace StepExport.Aws;

/// <summary>The answers of S3, from Amazon's lists of error codes and what Ceph and MinIO say. Pure.</summary>
/// <remarks>What is not in the table is retried like everything else, only with fewer words.</remarks>
internal static class S3Answers
{
    /// <summary>The key exists, and since a key is a function of the content, it is this very object.</summary>
    public static bool IsAlreadyThere(AmazonServiceException e) => e.StatusCode == HttpStatusCode.PreconditionFailed;

    /// <summary>Another write to the key was under way.</summary>
    public static bool IsConflict(AmazonServiceException e) => e.StatusCode == HttpStatusCode.Conflict;

    /// <summary>The multipart upload does not exist (any more): aborted by someone, or completed by a request whose answer was lost.</summary>
    public static bool IsUploadLost(AmazonServiceException e) => e.ErrorCode is "NoSuchUpload";

    /// <summary>True for what stores, networks and disks do; false for bugs and for our own cancellation.</summary>
    public static bool IsExpected(Exception e, CancellationToken cancellationToken) =>
        e is AmazonServiceException or AmazonClientException || HttpTrouble.IsExpected(e, cancellationToken);

    /// <param name="e">For which <see cref="IsExpected"/> is true.</param>
    /// <param name="target">Where it happened, for the words.</param>
    /// <param name="now">To turn the date of a Retry-After into a wait.</param>
    public static S3Trouble Read(Exception e, S3Target target, DateTimeOffset now) => e switch
    {
        AmazonServiceException { StatusCode: 0 } silent => Read(silent.InnerException ?? new IOException(silent.Message), target, now),
        AwsCredentialsException none => new(none.Message, none.Code, NeedsOperator: none.NeedsOperator, ReadCredentials: true),
        AmazonServiceException service => Answer(service, target, now),
        AmazonClientException client => new($"the request cannot be made: {client.Message}", null, NeedsOperator: true),
        _ => Silence(e, target),
    };

    private static S3Trouble Silence(Exception e, S3Target target)
    {
        var result = HttpTrouble.ToResult(e, target.Address);
        return new(result.Reason!, null, NeedsOperator: result.NeedsOperator);
    }

    private static S3Trouble Answer(AmazonServiceException e, S3Target target, DateTimeOffset now) => ((int)e.StatusCode, e.ErrorCode) switch
    {
        (_, "NoSuchBucket") => Operator(e, $"the bucket {target.Bucket} does not exist: create it, or correct bucket, region or endpoint"),
        (_, "ExpiredToken" or "ExpiredTokenException" or "TokenRefreshRequired") => Credentials(e, "the credentials have expired"),
        (_, "InvalidToken" or "InvalidClientTokenId") => Credentials(e, "the session token is not valid"),
        (_, "InvalidAccessKeyId") => Credentials(e, "the access key id is not known to the store"),
        (_, "SignatureDoesNotMatch") => Credentials(e, "the signature does not match: the secret access key is wrong"),
        (_, "RequestTimeTooSkewed" or "RequestExpired") => Operator(e, "this machine's clock differs too much from the store's: set it right"),
        (_, "AccessDenied") => Credentials(e, $"access is denied: the credentials need {target.Use.Permissions}"),
        (_, "AllAccessDisabled" or "AccountProblem" or "NotSignedUp" or "InvalidPayer") => Operator(e, "the account may not use the bucket"),
        (_, "PermanentRedirect" or "AuthorizationHeaderMalformed" or "TemporaryRedirect" or "IllegalLocationConstraintException") =>
            Operator(e, WrongRegion(e, target)),
        (_, "InvalidBucketName") => Operator(e, $"'{target.Bucket}' is not a name that this store takes for a bucket"),
        (_, { } code) when code.StartsWith("KMS.", StringComparison.Ordinal) => Operator(e, "the KMS key cannot be used: see sse.kmsKeyId, the key's state and its policy"),
        (_, "AccessControlListNotSupported") => Operator(e, "the bucket has no ACLs: leave acl out"),
        (_, "InvalidStorageClass") => Operator(e, "the store does not know this storageClass"),
        (_, "InvalidTag") => Operator(e, "the store refuses the tags"),
        (_, "XAmzContentSHA256Mismatch" or "BadDigest" or "InvalidDigest" or "XAmzContentChecksumMismatch") => Retry(e, now, "the object was damaged on its way"),
        (_, "NotImplemented") => Operator(e, "the store cannot do something that the configuration asks for: try conditionalWrites: false, checksum: md5 or none, no tags, no sse"),
        (_, "MethodNotAllowed") or (405, _) => Operator(e, "the address does not take objects: check endpoint"),
        (_, "EntityTooLarge") => Operator(e, "the store does not take objects this large: lower batch.maxBytes or partSize"),
        (_, "EntityTooSmall") => Operator(e, "the store wants larger parts: raise partSize"),
        (_, "QuotaExceeded" or "XMinioStorageFull" or "ServiceQuotaExceededException") or (507, _) => Operator(e, "the store is full or the quota used up"),
        (_, "NoSuchUpload") => new(AwsErrors.Words("the multipart upload was removed; it is begun anew", e), AwsErrors.Code(e), TimeSpan.Zero),
        (409, _) => Retry(e, now, "another request is writing the same key"),
        (_, "SlowDown" or "RequestLimitExceeded" or "Throttling" or "TooManyRequests" or "SlowDownWrite") or (429, _) => Retry(e, now, "the store asks for fewer requests"),
        (_, "RequestTimeout" or "InternalError" or "ServiceUnavailable" or "OperationAborted" or "IncompleteBody") or (408 or >= 500, _) =>
            Retry(e, now, "the store is not available at the moment"),
        (401, _) => Credentials(e, "the credentials are refused"),
        (403, _) => Credentials(e, "access is denied"),
        ( >= 300 and < 400, _) => Operator(e, WrongRegion(e, target)),
        (404, _) => Operator(e, $"the bucket {target.Bucket} or the address is not there: check bucket and endpoint"),
        (_, "InvalidRequest" or "InvalidArgument") or (400, _) => Operator(e, $"the store refuses the request: something in {target.Use.Settings} does not suit it"),
        _ => Operator(e, "the answer is not understood"),
    };

    private static string WrongRegion(AmazonServiceException e, S3Target target) => Header(e, "x-amz-bucket-region") is { Length: > 0 } region
        ? $"the bucket {target.Bucket} is in region {region}: write it into region"
        : $"the bucket {target.Bucket} is in another region or at another address: check region and endpoint";

    private static S3Trouble Operator(AmazonServiceException e, string reason) => new(AwsErrors.Words(reason, e), AwsErrors.Code(e), NeedsOperator: true);

    private static S3Trouble Credentials(AmazonServiceException e, string reason) => Operator(e, reason) with { ReadCredentials = true };

    private static S3Trouble Retry(AmazonServiceException e, DateTimeOffset now, string reason) =>
        new(AwsErrors.Words(reason, e), AwsErrors.Code(e), Wait(e, now));

    private static TimeSpan? Wait(AmazonServiceException e, DateTimeOffset now)
    {
        if (!RetryConditionHeaderValue.TryParse(Header(e, "Retry-After"), out var header)) return null;
        var wait = header.Delta ?? header.Date - now;
        return wait > TimeSpan.Zero ? wait : null;
    }

    private static string? Header(AmazonServiceException e, string name) =>
        e.InnerException is Amazon.Runtime.Internal.HttpErrorResponseException { Response: { } response } && response.IsHeaderPresent(name)
            ? response.GetHeaderValue(name)
            : null;
}
