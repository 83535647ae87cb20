using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using StepExport.Configuration;
using StepExport.Core.Telemetry;

namespace StepExport.Admin;

/// <summary>Answers the requests to the admin listener. /livez and /readyz are open, the others want the token when there is one.</summary>
internal sealed class AdminPages(StatusSource status, Secret? token) : IHttpApplication<HttpContext>
{
    private const string Json = "application/json; charset=utf-8";
    private const string Plain = "text/plain; charset=utf-8";

    // Plain apostrophes: people read these pages in a terminal; the content type keeps browsers from taking them for HTML.
    private static readonly JsonSerializerOptions Layout = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public void DisposeContext(HttpContext context, Exception? exception)
    {
    }

    public Task ProcessRequestAsync(HttpContext context)
    {
        var (code, type, body) = Answer(context);
        context.Response.StatusCode = code;
        context.Response.ContentType = type;
        context.Response.Headers.CacheControl = "no-store";
        var bytes = Encoding.UTF8.GetBytes(body);
        context.Response.ContentLength = bytes.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.Body.WriteAsync(bytes, context.RequestAborted).AsTask();
    }

    private (int Code, string Type, string Body) Answer(HttpContext context)
    {
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.Headers.Allow = "GET, HEAD";
            return (StatusCodes.Status405MethodNotAllowed, Plain, "only GET\n");
        }

        return context.Request.Path.Value switch
        {
            "/livez" => Livez(status.Stopped),
            "/readyz" => Readyz(Readiness.Of(status)),
            "/metrics" => Guarded(context, () => (StatusCodes.Status200OK, PrometheusText.ContentType, MetricsPage.Of(status))),
            "/api/status" => Guarded(context, () => (StatusCodes.Status200OK, Json, JsonSerializer.Serialize(StatusReport.Of(status), Layout))),
            _ => (StatusCodes.Status404NotFound, Plain, "there are /livez, /readyz, /metrics and /api/status\n"),
        };
    }

    private static (int, string, string) Livez(string? stopped) =>
        stopped is null ? (StatusCodes.Status200OK, Plain, "ok\n") : (StatusCodes.Status503ServiceUnavailable, Plain, $"{stopped}\n");

    private static (int, string, string) Readyz(Readiness readiness) =>
        (readiness.Ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable, Json, JsonSerializer.Serialize(readiness, Layout));

    private (int, string, string) Guarded(HttpContext context, Func<(int, string, string)> page)
    {
        string? expected;
        try
        {
            expected = token?.Reveal();
        }
        catch (IOException)
        {
            // The token's file is gone for the moment: whoever asks cannot be told apart.
            return (StatusCodes.Status503ServiceUnavailable, Plain, "the admin token cannot be read\n");
        }

        if (expected is null || IsBearer(context.Request.Headers.Authorization.ToString(), expected)) return page();
        context.Response.Headers.WWWAuthenticate = "Bearer";
        return (StatusCodes.Status401Unauthorized, Plain, "send the admin token: Authorization: Bearer …\n");
    }

    /// <summary>Compares in constant time; hashing hides the length too.</summary>
    private static bool IsBearer(string header, string expected)
    {
        const string Scheme = "Bearer ";
        return header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && CryptographicOperations.FixedTimeEquals(
                SHA256.HashData(Encoding.UTF8.GetBytes(header[Scheme.Length..].Trim())), SHA256.HashData(Encoding.UTF8.GetBytes(expected)));
    }
}
