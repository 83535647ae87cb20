using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using StepExport.Checks;
using StepExport.Checks.Web;
using StepExport.Configuration;
using StepExport.Core.Telemetry;

namespace StepExport.Admin;

/// <summary>Answers the requests to the admin listener. /livez and /readyz are open, the others want the token when there is one.</summary>
internal sealed class AdminPages(StatusSource status, Secret? token, AdminParts parts) : IHttpApplication<HttpContext>
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

    public async Task ProcessRequestAsync(HttpContext context)
    {
        if (parts.ChecksPages is { } pages && ChecksWeb.Has(context.Request.Path))
        {
            await pages.ServeAsync(context);
            return;
        }

        if (parts.ChecksPages is not null && context.Request.Path.Value == "/" && context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal))
        {
            context.Response.Redirect(ChecksWeb.Path);
            return;
        }

        if (parts.Taps is { } taps && HttpMethods.IsGet(context.Request.Method) && context.Request.Path.Value == Taps.Path && Refusal(context) is null)
        {
            await taps.ServeAsync(context);
            return;
        }

        var (code, type, body) = await AnswerAsync(context);
        context.Response.StatusCode = code;
        context.Response.ContentType = type;
        context.Response.Headers.CacheControl = "no-store";
        var bytes = Encoding.UTF8.GetBytes(body);
        context.Response.ContentLength = bytes.Length;
        if (!HttpMethods.IsHead(context.Request.Method)) await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
    }

    private async Task<(int Code, string Type, string Body)> AnswerAsync(HttpContext context)
    {
        if (parts.Reload is { } reload && context.Request.Path.Value == ReloadPage.Path)
        {
            if (!HttpMethods.IsPost(context.Request.Method)) return NotAllowed(context, "POST");
            if (Refusal(context) is { } refusal) return refusal;
            var (code, body) = await ReloadPage.AnswerAsync(context.Request, reload);
            return (code, Json, body);
        }

        return parts.ChecksApi is { } checks && ChecksApi.Handles(context.Request.Path) ? await checks.AnswerAsync(context, Refusal) : Answer(context);
    }

    private (int Code, string Type, string Body) Answer(HttpContext context)
    {
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method)) return NotAllowed(context, "GET, HEAD");

        return context.Request.Path.Value switch
        {
            "/livez" => Livez(status.Stopped),
            "/readyz" => Readyz(Readiness.Of(status)),
            "/metrics" => Guarded(context, () => (StatusCodes.Status200OK, PrometheusText.ContentType, MetricsPage.Of(status))),
            "/api/status" => Guarded(context, () => (StatusCodes.Status200OK, Json, JsonSerializer.Serialize(StatusReport.Of(status), Layout))),
            Taps.Path => Guarded(context, () => (StatusCodes.Status404NotFound, Plain, "nothing can be tapped here\n")),
            _ => (StatusCodes.Status404NotFound, Plain, "there are /livez, /readyz, /metrics, /api/status, /api/tap, /api/checks and /api/reload\n"),
        };
    }

    private static (int, string, string) NotAllowed(HttpContext context, string allowed)
    {
        context.Response.Headers.Allow = allowed;
        return (StatusCodes.Status405MethodNotAllowed, Plain, $"only {allowed.Split(',')[0]}\n");
    }

    private static (int, string, string) Livez(string? stopped) =>
        stopped is null ? (StatusCodes.Status200OK, Plain, "ok\n") : (StatusCodes.Status503ServiceUnavailable, Plain, $"{stopped}\n");

    private static (int, string, string) Readyz(Readiness readiness) =>
        (readiness.Ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable, Json, JsonSerializer.Serialize(readiness, Layout));

    private (int, string, string) Guarded(HttpContext context, Func<(int, string, string)> page) => Refusal(context) ?? page();

    /// <summary>Why who asks gets nothing; null when he may.</summary>
    private (int, string, string)? Refusal(HttpContext context)
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

        if (expected is null || IsBearer(context.Request.Headers.Authorization.ToString(), expected)) return null;
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
