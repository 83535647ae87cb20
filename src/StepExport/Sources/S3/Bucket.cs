using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using StepExport.Aws;

namespace StepExport.Sources.S3;

/// <summary>Part of a listing, in the store's order.</summary>
/// <param name="Objects">Matching or not.</param>
/// <param name="IsLast">Nothing comes behind it.</param>
internal sealed record BucketPage(IReadOnlyList<ListedObject> Objects, bool IsLast);

/// <summary>The two questions that are asked of the store. One attempt each. Thread-safe.</summary>
internal sealed class Bucket(S3SourceConfig config, S3Connection connection, TimeProvider time)
{
    /// <summary>The objects behind a key.</summary>
    /// <param name="after">Null: from the first one on.</param>
    /// <param name="most">Objects wanted; null: as many as the store likes.</param>
    /// <param name="stop">Gives up.</param>
    public async Task<SourceAnswer<BucketPage>> ListAsync(string? after, int? most, CancellationToken stop)
    {
        using var limit = new CancellationTokenSource(config.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop);
        var request = new ListObjectsV2Request
        {
            BucketName = config.Bucket,
            Prefix = config.Prefix.Length > 0 ? config.Prefix : null,
            StartAfter = after,
            MaxKeys = most,
            // A key may hold what XML cannot
            Encoding = EncodingType.Url,
            RequestPayer = config.RequesterPays ? RequestPayer.Requester : null,
        };
        try
        {
            var answer = await connection.Client.ListObjectsV2Async(request, either.Token);
            connection.Accepted();
            return SourceAnswer<BucketPage>.Of(new([.. (answer.S3Objects ?? []).Select(Listed)], answer.IsTruncated != true || answer.S3Objects is null or []));
        }
        catch (Exception e) when (S3Answers.IsExpected(e, stop))
        {
            return Failed<BucketPage>(connection.Judge(Patient(e)), $"{config.Origin} cannot be listed");
        }
    }

    /// <summary>The object's content behind the offset.</summary>
    /// <param name="at">Key, content and place in it.</param>
    /// <param name="whichever">Another content will do as well, from its start.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="Exception">What <see cref="S3Answers"/> knows, and <see cref="ObjectReadException"/>.</exception>
    public async Task<ObjectBody> OpenAsync(ObjectPosition at, bool whichever, CancellationToken stop)
    {
        using var limit = new CancellationTokenSource(config.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop);
        var offset = whichever ? 0 : at.Position.Offset;
        var request = new GetObjectRequest
        {
            BucketName = config.Bucket,
            Key = at.Key,
            EtagToMatch = whichever || at.ETag.Length == 0 ? null : $"\"{at.ETag}\"",
            ByteRange = offset == 0 || at.IsGzip ? null : new ByteRange(FormattableString.Invariant($"bytes={offset}-")),
            RequestPayer = config.RequesterPays ? RequestPayer.Requester : null,
        };
        GetObjectResponse answer;
        try
        {
            answer = await connection.Client.GetObjectAsync(request, either.Token);
        }
        catch (AmazonServiceException e) when (e.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            return ObjectBody.Empty(at.ETag, time);
        }
        catch (OperationCanceledException e) when (!stop.IsCancellationRequested)
        {
            throw Patient(e);
        }

        return await ObjectBody.OpenAsync(answer, at.Key, Tag(answer.ETag), offset, config.Timeout, time, stop);
    }

    /// <summary>The trouble, with what it is about before it.</summary>
    public static SourceAnswer<T> Failed<T>(S3Trouble trouble, string what)
        where T : class =>
        SourceAnswer<T>.Failed($"{what}: {trouble}", trouble.RetryAfter, trouble.NeedsOperator);

    /// <summary>Says which time it was that ran out.</summary>
    private Exception Patient(Exception e) => e is OperationCanceledException ? new TimeoutException($"no answer within {config.Timeout}", e) : e;

    /// <summary>Listings and answers do not agree about the quotes in every store.</summary>
    private static string Tag(string? eTag) => eTag?.Trim('"') ?? "";

    private static ListedObject Listed(S3Object found) => new(
        WebUtility.UrlDecode(found.Key), Tag(found.ETag), found.Size ?? 0, new(found.LastModified?.ToUniversalTime() ?? default, TimeSpan.Zero));
}
