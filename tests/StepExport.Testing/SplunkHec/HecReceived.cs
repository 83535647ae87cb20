using Microsoft.AspNetCore.Http;

namespace StepExport.Testing.SplunkHec;

/// <summary>A request as a <see cref="FakeHecServer"/> got it.</summary>
internal sealed record HecReceived(string Method, string Host, string Path, string Authorization, string Channel, string Encoding, string UserAgent, long? ContentLength, byte[] Wire)
{
    public static async Task<HecReceived> ReadAsync(HttpRequest request)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, request.HttpContext.RequestAborted);
        var headers = request.Headers;
        return new(request.Method, request.Host.Value ?? "", request.Path, headers.Authorization.ToString(), headers["X-Splunk-Request-Channel"].ToString(),
            headers.ContentEncoding.ToString(), headers.UserAgent.ToString(), request.ContentLength, body.ToArray());
    }
}
