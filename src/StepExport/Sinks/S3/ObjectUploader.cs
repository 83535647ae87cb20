using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using StepExport.Aws;

namespace StepExport.Sinks.S3;

/// <summary>Brings one object into the bucket: at once, or in parts when it is large. Thread-safe.</summary>
internal sealed partial class ObjectUploader(IAmazonS3 s3, S3Requests requests, S3Counters counters, long partSize, ILogger log)
{
    /// <summary>Parts of one object on their way at the same time.</summary>
    public const int PartsAtOnce = 4;

    /// <summary>No smaller object was ever uploaded in parts.</summary>
    private const long SmallestPart = 5_000_000;

    private int _warnedOfOrphans;

    /// <summary>Returns when the store has the object; goes on where an earlier attempt stopped.</summary>
    /// <exception cref="Exception">What <see cref="S3Answers"/> knows: the attempt failed.</exception>
    public async Task UploadAsync(SpooledObject source, CancellationToken cancellationToken)
    {
        var upload = source.Upload;
        if (upload.Done) return;
        if (upload.MayHaveOrphan && upload.Id is null && source.WrittenBytes > SmallestPart) await AbortOrphansAsync(source, cancellationToken);
        try
        {
            if (source.WrittenBytes <= partSize)
                await PutAsync(source, cancellationToken);
            else
                await PutPartsAsync(source, cancellationToken);
            counters.ObjectUploaded();
        }
        catch (AmazonServiceException e) when (S3Answers.IsAlreadyThere(e))
        {
            counters.ObjectAlreadyThere();
            if (upload.Id is { } needless) await TryAbortAsync(source, needless, cancellationToken);
        }

        upload.Done = true;
        upload.Forget();
    }

    /// <summary>Removes what an upload that came to nothing has left in the bucket.</summary>
    public async Task AbandonAsync(SpooledObject source, CancellationToken cancellationToken)
    {
        var upload = source.Upload;
        if (upload.Done) return;
        if (upload.Id is { } id)
            await TryAbortAsync(source, id, cancellationToken);
        else if (upload.AnswerLost)
            await AbortOrphansAsync(source, cancellationToken);
    }

    private async Task PutAsync(SpooledObject source, CancellationToken cancellationToken)
    {
        await s3.PutObjectAsync(await requests.PutAsync(source, cancellationToken), cancellationToken);
        counters.BytesSent(source.WrittenBytes);
    }

    private async Task PutPartsAsync(SpooledObject source, CancellationToken cancellationToken)
    {
        var upload = source.Upload;
        var size = Part.SizeFor(source.WrittenBytes, partSize);
        if (upload.Id is null) await BeginAsync(source, Part.CountFor(source.WrittenBytes, size), cancellationToken);
        try
        {
            var missing = Enumerable.Range(0, upload.Parts.Length).Where(i => upload.Parts[i] is null);
            var options = new ParallelOptions { MaxDegreeOfParallelism = PartsAtOnce, CancellationToken = cancellationToken };
            await Parallel.ForEachAsync(missing, options, async (index, stop) =>
            {
                var part = Part.At(index, source.WrittenBytes, size);
                var taken = await s3.UploadPartAsync(await requests.PartAsync(source, part, stop), stop);
                upload.Parts[index] = new(part.Number, taken.ETag) { ChecksumCRC32C = taken.ChecksumCRC32C, ChecksumSHA256 = taken.ChecksumSHA256 };
                counters.PartUploaded(part.Length);
            });
            await s3.CompleteMultipartUploadAsync(requests.Complete(source), cancellationToken);
        }
        catch (AmazonServiceException e) when (S3Answers.IsUploadLost(e) || S3Answers.IsConflict(e))
        {
            // S3 wants an upload to be begun anew after a conflict. A store that has lost one may find it again: nothing shall stay there.
            await TryAbortAsync(source, upload.Id!, cancellationToken);
            upload.Forget();
            throw;
        }
    }

    private async Task BeginAsync(SpooledObject source, int parts, CancellationToken cancellationToken)
    {
        var upload = source.Upload;
        upload.AnswerLost = upload.MayHaveOrphan = true;
        InitiateMultipartUploadResponse begun;
        try
        {
            begun = await s3.InitiateMultipartUploadAsync(requests.Begin(source), cancellationToken);
        }
        catch (AmazonServiceException e) when ((int)e.StatusCode is >= 400 and < 500)
        {
            upload.AnswerLost = upload.MayHaveOrphan = false;
            throw;
        }

        upload.AnswerLost = upload.MayHaveOrphan = false;
        upload.Begin(begun.UploadId, parts);
    }

    /// <summary>Aborts every upload of exactly this key: nobody but this sink ever uses it.</summary>
    private async Task AbortOrphansAsync(SpooledObject source, CancellationToken cancellationToken)
    {
        try
        {
            var open = await s3.ListMultipartUploadsAsync(requests.Orphans(source), cancellationToken);
            foreach (var orphan in open.MultipartUploads ?? [])
            {
                if (orphan.Key == source.Key) await TryAbortAsync(source, orphan.UploadId, cancellationToken);
            }

            source.Upload.MayHaveOrphan = false;
        }
        catch (Exception e) when (S3Answers.IsExpected(e, cancellationToken))
        {
            // Parts that nobody completes cost money, but are not worth holding up findings for.
            source.Upload.MayHaveOrphan = e is not AmazonServiceException;
            if (Interlocked.Exchange(ref _warnedOfOrphans, 1) == 0) Log.OrphansUnknown(log, source.Key!, e.Message);
        }
    }

    private async Task TryAbortAsync(SpooledObject source, string id, CancellationToken cancellationToken)
    {
        try
        {
            await s3.AbortMultipartUploadAsync(requests.Abort(source, id), cancellationToken);
            counters.UploadAborted();
        }
        catch (AmazonServiceException e) when (S3Answers.IsUploadLost(e))
        {
            // It is gone already, which is what was wanted.
        }
        catch (Exception e) when (S3Answers.IsExpected(e, cancellationToken))
        {
            Log.NotAborted(log, source.Key!, id, e.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "{Key}: unfinished multipart uploads of an earlier attempt cannot be looked for ({Reason}); a lifecycle rule AbortIncompleteMultipartUpload removes them")]
        public static partial void OrphansUnknown(ILogger logger, string key, string reason);

        [LoggerMessage(LogLevel.Warning, "{Key}: the multipart upload {Id} cannot be aborted ({Reason}); a lifecycle rule AbortIncompleteMultipartUpload removes it")]
        public static partial void NotAborted(ILogger logger, string key, string id, string reason);
    }
}
