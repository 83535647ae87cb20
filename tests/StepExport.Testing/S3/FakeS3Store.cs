using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;

namespace StepExport.Testing.S3;

/// <summary>What the double holds, and what it answers when nothing is to go wrong. Thread-safe.</summary>
internal sealed class FakeS3Store
{
    private readonly Lock _lock = new();
    private readonly HashSet<string> _buckets = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, StoredObject> _objects = new(Utf8Order.Instance);
    private readonly Dictionary<string, Upload> _uploads = new(StringComparer.Ordinal);
    private int _ids;

    /// <summary>What is written from now on carries this time.</summary>
    public DateTimeOffset LastModified { get; set; } = new(2026, 7, 22, 12, 0, 0, TimeSpan.Zero);

    public FakeS3Answer Handle(FakeS3Call call)
    {
        lock (_lock)
        {
            if (call.Operation == "CreateBucket") return Done(() => _buckets.Add(call.Bucket));
            if (!_buckets.Contains(call.Bucket)) return FakeS3Answer.Error(404, "NoSuchBucket");
            return call.Operation switch
            {
                "RemoveBucket" => Done(() => _buckets.Remove(call.Bucket)),
                "HeadBucket" => new(200),
                "Put" => Put(call, call.Body),
                "Begin" => Begin(call),
                "Part" => Part(call),
                "Complete" => Complete(call),
                "Remove" => Done(() => _objects.Remove(Id(call))),
                "Abort" => _uploads.Remove(call.Query["uploadId"]) ? new(204) : FakeS3Answer.Error(404, "NoSuchUpload"),
                "Uploads" => Uploads(call),
                "List" => List(call),
                _ => _objects.TryGetValue(Id(call), out var found) ? FakeS3Reading.Get(call, found) : FakeS3Answer.Error(404, "NoSuchKey"),
            };
        }
    }

    private static FakeS3Answer Done(Action action)
    {
        action();
        return new(200);
    }

    private static string Id(FakeS3Call call) => $"{call.Bucket}/{call.Key}";

    private static FakeS3Answer Xml(XElement root) => new(200, Encoding.UTF8.GetBytes(root.ToString()));

#pragma warning disable CA5351 // What S3 makes ETags of.
    private static string Tag(byte[] bytes) => $"\"{Convert.ToHexStringLower(MD5.HashData(bytes))}\"";
#pragma warning restore CA5351

    private FakeS3Answer Put(FakeS3Call call, byte[] bytes)
    {
        if (IsDamaged(call)) return FakeS3Answer.Error(400, "BadDigest");
        if (call.Headers.ContainsKey("If-None-Match") && _objects.ContainsKey(Id(call))) return FakeS3Answer.Error(412, "PreconditionFailed");
        _objects[Id(call)] = new(call.Key, bytes, Tag(bytes), LastModified);
        return new(200) { Tag = Tag(bytes) };
    }

    private FakeS3Answer Begin(FakeS3Call call)
    {
        var id = FormattableString.Invariant($"upload-{++_ids}");
        _uploads[id] = new(call.Key, call.Headers.ContainsKey("x-amz-checksum-algorithm"), []);
        return Xml(new XElement("InitiateMultipartUploadResult", new XElement("Bucket", call.Bucket), new XElement("Key", call.Key), new XElement("UploadId", id)));
    }

    private FakeS3Answer Part(FakeS3Call call)
    {
        if (!_uploads.TryGetValue(call.Query["uploadId"], out var upload)) return FakeS3Answer.Error(404, "NoSuchUpload");
        if (IsDamaged(call)) return FakeS3Answer.Error(400, "BadDigest");
        var checksum = call.Headers.SingleOrDefault(h => h.Key.StartsWith("x-amz-checksum-", StringComparison.OrdinalIgnoreCase));
        upload.Parts[int.Parse(call.Query["partNumber"], System.Globalization.CultureInfo.InvariantCulture)] = new(call.Body, checksum.Value);
        return new(200) { Tag = Tag(call.Body), Checksum = checksum.Value is null ? null : checksum };
    }

    private FakeS3Answer Complete(FakeS3Call call)
    {
        if (!_uploads.TryGetValue(call.Query["uploadId"], out var upload)) return FakeS3Answer.Error(404, "NoSuchUpload");
        var named = XElement.Parse(Encoding.UTF8.GetString(call.Body)).Descendants().ToLookup(e => e.Name.LocalName, e => e.Value);
        if (!named["ETag"].SequenceEqual(upload.Parts.Values.Select(p => Tag(p.Bytes)))) return FakeS3Answer.Error(400, "InvalidPart");
        var checksums = named["ChecksumCRC32C"].Concat(named["ChecksumSHA256"]);
        if (upload.HasChecksums && !checksums.SequenceEqual(upload.Parts.Values.Select(p => p.Checksum))) return FakeS3Answer.Error(400, "InvalidPart");
        var answer = Put(call, [.. upload.Parts.Values.SelectMany(p => p.Bytes)]);
        if (answer.Status != 200) return answer;
        _uploads.Remove(call.Query["uploadId"]);
        return Xml(new XElement("CompleteMultipartUploadResult", new XElement("Key", call.Key), new XElement("ETag", answer.Tag)));
    }

    private FakeS3Answer Uploads(FakeS3Call call)
    {
        var prefix = call.Query.GetValueOrDefault("prefix", "");
        var open = _uploads.Where(u => u.Value.Key.StartsWith(prefix, StringComparison.Ordinal));
        return Xml(new XElement(
            "ListMultipartUploadsResult",
            open.Select(u => new XElement("Upload", new XElement("Key", u.Value.Key), new XElement("UploadId", u.Key)))));
    }

    private FakeS3Answer List(FakeS3Call call) => Xml(FakeS3Reading.List(
        call, _objects.Where(o => o.Key.StartsWith(call.Bucket + "/", StringComparison.Ordinal)).Select(o => o.Value)));

    /// <summary>Checks what the request says of its body, like the real store.</summary>
    private static bool IsDamaged(FakeS3Call call)
    {
        if (call.Headers.ContainsKey("x-amz-sdk-checksum-algorithm") && !call.Headers.Keys.Any(h => h.StartsWith("x-amz-checksum-", StringComparison.OrdinalIgnoreCase))) return true;
        var hash = Convert.ToHexStringLower(SHA256.HashData(call.Body));
        if (call.Headers.TryGetValue("x-amz-content-sha256", out var signed) && signed != hash) return true;
        if (call.Headers.TryGetValue("x-amz-checksum-sha256", out var sha) && sha != Convert.ToBase64String(SHA256.HashData(call.Body))) return true;
        return call.Headers.TryGetValue("x-amz-checksum-crc32c", out var crc) && crc != Crc32C(call.Body);
    }

    /// <summary>Byte by byte, with nothing of what is being tested.</summary>
    private static string Crc32C(byte[] bytes)
    {
        var running = uint.MaxValue;
        foreach (var b in bytes) running = BitOperations.Crc32C(running, b);
        var big = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(big, ~running);
        return Convert.ToBase64String(big);
    }

    private sealed record UploadedPart(byte[] Bytes, string? Checksum);

    private sealed record Upload(string Key, bool HasChecksums, SortedDictionary<int, UploadedPart> Parts);
}
