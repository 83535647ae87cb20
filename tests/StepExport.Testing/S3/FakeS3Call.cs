using Microsoft.AspNetCore.Http;

namespace StepExport.Testing.S3;

/// <summary>One request as the double read it.</summary>
internal sealed class FakeS3Call
{
    /// <summary>Put, Begin, Part, Complete, Abort, Remove, Uploads, Head, HeadBucket, List, Get, CreateBucket, RemoveBucket.</summary>
    public required string Operation { get; init; }

    public required string Bucket { get; init; }

    /// <summary>The key, decoded once.</summary>
    public required string Key { get; init; }

    public required IReadOnlyDictionary<string, string> Query { get; init; }

    public required IReadOnlyDictionary<string, string> Headers { get; init; }

    public byte[] Body { get; set; } = [];

    public static FakeS3Call Of(HttpRequest request)
    {
        // The raw target: the server's own path would have its dots resolved.
        var target = request.HttpContext.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget;
        var path = target.Split('?')[0].TrimStart('/').Split('/', 2);
        var key = path.Length > 1 ? Uri.UnescapeDataString(path[1]) : "";
        return new()
        {
            Operation = Name(request, key),
            Bucket = path[0],
            Key = key,
            Query = request.Query.ToDictionary(q => q.Key, q => q.Value.ToString(), StringComparer.Ordinal),
            Headers = request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase),
        };
    }

    public override string ToString() => Query.TryGetValue("partNumber", out var part) ? $"{Operation} {part}" : Operation;

    private static string Name(HttpRequest request, string key) => (request.Method, key.Length > 0, request.Query) switch
    {
        ("PUT", true, var query) => query.ContainsKey("partNumber") ? "Part" : "Put",
        ("POST", true, var query) => query.ContainsKey("uploads") ? "Begin" : "Complete",
        ("DELETE", true, var query) => query.ContainsKey("uploadId") ? "Abort" : "Remove",
        ("HEAD", true, _) => "Head",
        ("GET", true, _) => "Get",
        ("GET", false, var query) => query.ContainsKey("uploads") ? "Uploads" : "List",
        ("HEAD", false, _) => "HeadBucket",
        ("PUT", false, _) => "CreateBucket",
        _ => "RemoveBucket",
    };
}
