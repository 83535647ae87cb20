using System.IO.Compression;
using Microsoft.AspNetCore.Http;

namespace StepExport.Testing.SplunkHec;

/// <summary>A request as a <see cref="FakeHecServer"/> got it.</summary>
internal sealed record HecReceived(string Method, string Host, string Path, string Authorization, string Channel, string Encoding, string UserAgent, long? ContentLength, byte[] Wire)
{
    /// <summary>What stands behind the question mark.</summary>
    public IReadOnlyDictionary<string, string> Query { get; init; } = new Dictionary<string, string>();

    /// <summary>Cookies that came along.</summary>
    public IReadOnlyDictionary<string, string> Cookies { get; init; } = new Dictionary<string, string>();

    public HecPath Target => HecPaths.Of(Path);

    /// <summary>The body, decompressed.</summary>
    public byte[] Plain()
    {
        if (Encoding != "gzip") return Wire;
        using var plain = new MemoryStream();
        using (var gzip = new GZipStream(new MemoryStream(Wire), CompressionMode.Decompress)) gzip.CopyTo(plain);
        return plain.ToArray();
    }

    /// <param name="request">Read to its end.</param>
    public static async Task<HecReceived> ReadAsync(HttpRequest request)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, request.HttpContext.RequestAborted);
        var headers = request.Headers;
        // Splunk takes the channel from either place.
        var channel = headers["X-Splunk-Request-Channel"].ToString() is { Length: > 0 } header ? header : request.Query["channel"].ToString();
        return new(request.Method, request.Host.Value ?? "", request.Path, headers.Authorization.ToString(), channel,
            headers.ContentEncoding.ToString(), headers.UserAgent.ToString(), request.ContentLength, body.ToArray())
        {
            Query = request.Query.ToDictionary(q => q.Key, q => q.Value.ToString(), StringComparer.Ordinal),
            Cookies = request.Cookies.ToDictionary(c => c.Key, c => c.Value, StringComparer.Ordinal),
        };
    }
}
