using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace StepExport.Testing.S3;

/// <summary>A bucket as a consumer sees it, in whatever store.</summary>
internal sealed class S3Bucket(IAmazonS3 client, string endpoint, string name)
{
    public string Name => name;

    public string Endpoint => endpoint;

    public IAmazonS3 Client => client;

    /// <summary>A client for a store other than Amazon's.</summary>
    public static IAmazonS3 Connect(string endpoint, string accessKey, string secretKey) => new AmazonS3Client(
        new BasicAWSCredentials(accessKey, secretKey),
        new AmazonS3Config
        {
            ServiceURL = endpoint,
            ForcePathStyle = true,
            AuthenticationRegion = "us-east-1",
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        });

    public Task CreateAsync() => client.PutBucketAsync(new PutBucketRequest { BucketName = name });

    /// <summary>Removes the empty bucket.</summary>
    public Task RemoveAsync() => client.DeleteBucketAsync(name);

    public Task PutAsync(string key, string text) => PutAsync(key, Encoding.UTF8.GetBytes(text));

    public async Task PutAsync(string key, byte[] bytes)
    {
        using var body = new MemoryStream(bytes);
        await client.PutObjectAsync(new() { BucketName = name, Key = key, InputStream = body, UseChunkEncoding = false });
    }

    public Task RemoveAsync(string key) => client.DeleteObjectAsync(name, key);

    /// <summary>Every key, sorted.</summary>
    public async Task<IReadOnlyList<string>> KeysAsync() => [.. (await ObjectsAsync()).Select(o => o.Key)];

    /// <summary>Every object, sorted by key.</summary>
    public async Task<IReadOnlyList<S3Object>> ObjectsAsync()
    {
        var all = new List<S3Object>();
        var request = new ListObjectsV2Request { BucketName = name };
        ListObjectsV2Response page;
        do
        {
            page = await client.ListObjectsV2Async(request);
            all.AddRange(page.S3Objects ?? []);
            request.ContinuationToken = page.NextContinuationToken;
        }
        while (page.IsTruncated == true);

        return all;
    }

    /// <summary>An object's bytes as they are stored.</summary>
    public async Task<byte[]> GetAsync(string key)
    {
        using var answer = await client.GetObjectAsync(name, key);
        using var bytes = new MemoryStream();
        await answer.ResponseStream.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    public Task<GetObjectMetadataResponse> HeadAsync(string key) => client.GetObjectMetadataAsync(name, key);

    /// <summary>The lines of an object, decompressed when its name says so.</summary>
    public async Task<IReadOnlyList<string>> LinesAsync(string key)
    {
        Stream stream = new MemoryStream(await GetAsync(key));
        if (key.EndsWith(".gz", StringComparison.Ordinal)) stream = new GZipStream(stream, CompressionMode.Decompress);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var text = await reader.ReadToEndAsync();
        if (!text.EndsWith('\n')) throw new InvalidDataException($"{key} does not end with a line feed");
        return text[..^1].Split('\n');
    }

    /// <summary>Every line of every object, in the order of keys.</summary>
    public async Task<List<string>> AllLinesAsync()
    {
        var lines = new List<string>();
        foreach (var key in await KeysAsync()) lines.AddRange(await LinesAsync(key));
        return lines;
    }

    /// <summary><c>metadata.uid</c> of every record in the bucket, in the order of keys and lines.</summary>
    public async Task<IReadOnlyList<string>> UidsAsync()
    {
        return [.. (await AllLinesAsync()).Select(line =>
        {
            using var json = JsonDocument.Parse(line);
            return json.RootElement.GetProperty("metadata").GetProperty("uid").GetString()!;
        })];
    }

    /// <summary>Multipart uploads that are neither completed nor aborted.</summary>
    public async Task<IReadOnlyList<MultipartUpload>> UploadsAsync() =>
        (await client.ListMultipartUploadsAsync(new ListMultipartUploadsRequest { BucketName = name })).MultipartUploads ?? [];
}
