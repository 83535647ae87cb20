using Amazon.Runtime;
using Amazon.S3.Model;
using StepExport.Aws;
using StepExport.Core.Telemetry;

namespace StepExport.Sinks.S3;

/// <summary>Asks a store whether it would take objects, without writing one.</summary>
internal static class S3Probe
{
    public static async Task<CheckResult> RunAsync(S3Connection connection, CancellationToken cancellationToken)
    {
        var target = connection.Target;
        var place = $"s3://{target.Bucket} at {target.Address.Authority}";
        try
        {
            await connection.Client.HeadBucketAsync(new HeadBucketRequest { BucketName = target.Bucket }, cancellationToken);
            connection.Accepted();
            return new(true, $"{place}: the bucket is there and takes the credentials. Whether they may write shows the first object: s3:PutObject cannot be asked for without writing.");
        }
        catch (AmazonServiceException e) when ((int)e.StatusCode is 301 or 400 or 403 or 404)
        {
            return new(false, await ExplainAsync(connection, place, cancellationToken));
        }
        catch (Exception e) when (S3Answers.IsExpected(e, cancellationToken))
        {
            return new(false, $"{place}: {connection.Explain(e)}.");
        }
    }

    /// <summary>The answer to HEAD has no body to say why it refuses; the one to a listing has.</summary>
    private static async Task<string> ExplainAsync(S3Connection connection, string place, CancellationToken cancellationToken)
    {
        try
        {
            await connection.Client.ListObjectsV2Async(new() { BucketName = connection.Target.Bucket, MaxKeys = 1 }, cancellationToken);
            return $"{place}: the bucket can be listed, but HeadBucket is refused; the store's policy is unusual.";
        }
        catch (AmazonServiceException e) when (e.ErrorCode == "AccessDenied")
        {
            return $"{place}: access is denied. The credentials are known to the store, but lack s3:ListBucket, which only this check needs; whether they may write (s3:PutObject) shows the first object.";
        }
        catch (Exception e) when (S3Answers.IsExpected(e, cancellationToken))
        {
            return $"{place}: {connection.Explain(e)}.";
        }
    }
}
