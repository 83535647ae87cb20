using Amazon.S3;
using Amazon.S3.Model;

namespace StepExport.Sinks.S3;

/// <summary>Requests as the configuration wants them. Bodies are read from the object's file, never held in memory.</summary>
/// <remarks>
/// Bodies are signed as a whole and checksums go into headers: chunked signing and trailing checksums, the SDK's default, are
/// refused by Ceph before version 18, older MinIO and others.
/// </remarks>
internal sealed class S3Requests(S3Config config)
{
    private readonly ChecksumAlgorithm? _algorithm = config.Checksum switch
    {
        "crc32c" => ChecksumAlgorithm.CRC32C,
        "sha256" => ChecksumAlgorithm.SHA256,
        _ => null,
    };

    private readonly string _contentType =
        config.ContentType ?? (config is { Compression: "gzip", ContentEncoding: "none" } ? "application/gzip" : "application/x-ndjson");

    private readonly string? _ifNoneMatch = config.ConditionalWrites ? "*" : null;

    /// <exception cref="IOException">The file cannot be read.</exception>
    public async Task<PutObjectRequest> PutAsync(SpooledObject source, CancellationToken cancellationToken)
    {
        var checksum = await Checksum.OfAsync(config.Checksum, source.File, 0, source.WrittenBytes, cancellationToken);
        var request = new PutObjectRequest
        {
            BucketName = config.Bucket,
            Key = source.Key,
            FilePath = source.File,
            IfNoneMatch = _ifNoneMatch,
            ContentType = _contentType,
            StorageClass = config.StorageClass is null ? null : new(config.StorageClass),
            CannedACL = config.Acl is null ? null : new(config.Acl),
            TagSet = Tags(),
            ServerSideEncryptionMethod = Encryption(),
            ServerSideEncryptionKeyManagementServiceKeyId = config.Sse.KmsKeyId,
            BucketKeyEnabled = config.Sse.BucketKey,
            ChecksumCRC32C = checksum.Crc32C,
            ChecksumSHA256 = checksum.Sha256,
            MD5Digest = checksum.Md5,
            DisableDefaultChecksumValidation = true,
            UseChunkEncoding = false,
        };
        if (config.ContentEncoding != "none") request.Headers.ContentEncoding = config.ContentEncoding;
        foreach (var (name, value) in config.Metadata) request.Metadata.Add(name, value);
        return request;
    }

    public InitiateMultipartUploadRequest Begin(SpooledObject source)
    {
        var request = new InitiateMultipartUploadRequest
        {
            BucketName = config.Bucket,
            Key = source.Key,
            ContentType = _contentType,
            StorageClass = config.StorageClass is null ? null : new(config.StorageClass),
            CannedACL = config.Acl is null ? null : new(config.Acl),
            TagSet = Tags(),
            ServerSideEncryptionMethod = Encryption(),
            ServerSideEncryptionKeyManagementServiceKeyId = config.Sse.KmsKeyId,
            BucketKeyEnabled = config.Sse.BucketKey,
            ChecksumAlgorithm = _algorithm,
        };
        if (config.ContentEncoding != "none") request.Headers.ContentEncoding = config.ContentEncoding;
        foreach (var (name, value) in config.Metadata) request.Metadata.Add(name, value);
        return request;
    }

    /// <exception cref="IOException">The file cannot be read.</exception>
    public async Task<UploadPartRequest> PartAsync(SpooledObject source, Part part, CancellationToken cancellationToken)
    {
        var checksum = await Checksum.OfAsync(config.Checksum, source.File, part.Position, part.Length, cancellationToken);
        return new()
        {
            BucketName = config.Bucket,
            Key = source.Key,
            UploadId = source.Upload.Id,
            PartNumber = part.Number,
            FilePath = source.File,
            FilePosition = part.Position,
            PartSize = part.Length,
            ChecksumCRC32C = checksum.Crc32C,
            ChecksumSHA256 = checksum.Sha256,
            MD5Digest = checksum.Md5,
            DisableDefaultChecksumValidation = true,
            UseChunkEncoding = false,
        };
    }

    public CompleteMultipartUploadRequest Complete(SpooledObject source) => new()
    {
        BucketName = config.Bucket,
        Key = source.Key,
        UploadId = source.Upload.Id,
        IfNoneMatch = _ifNoneMatch,
        PartETags = [.. source.Upload.Parts],
    };

    public AbortMultipartUploadRequest Abort(SpooledObject source, string id) =>
        new() { BucketName = config.Bucket, Key = source.Key, UploadId = id };

    public ListMultipartUploadsRequest Orphans(SpooledObject source) =>
        new() { BucketName = config.Bucket, Prefix = source.Key };

    private List<Tag>? Tags() => config.Tags.Count == 0 ? null : [.. config.Tags.Select(t => new Tag { Key = t.Key, Value = t.Value })];

    private ServerSideEncryptionMethod? Encryption() => config.Sse.Type switch
    {
        "aes256" => ServerSideEncryptionMethod.AES256,
        "kms" => ServerSideEncryptionMethod.AWSKMS,
        _ => null,
    };
}
