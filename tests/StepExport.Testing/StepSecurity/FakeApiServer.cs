using System.Globalization;
using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace StepExport.Testing.StepSecurity;

/// <summary>StepSecurity's API over real HTTP on 127.0.0.1, with lists that move while they are read, and able to fail.</summary>
internal sealed class FakeApiServer : IAsyncDisposable
{
    private const int DefaultLimit = 50;
    private const int MostPerPage = 200;
    private readonly WebApplication _app;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly List<FakeApiRequest> _requests = [];
    private readonly List<FakeApiFault> _faults = [];
    private int _active;

    private FakeApiServer(WebApplication app, TimeProvider time) => (_app, _time) = (app, time);

    public FakeApiStore Store { get; } = new();

    public string Address { get; private set; } = "";

    public string Customer { get; set; } = "acme-tenant";

    public IReadOnlyList<string> Owners { get; set; } = ["acme"];

    /// <summary>The key that is accepted now.</summary>
    public string Key { get; set; } = "step_key";

    /// <summary>The vendor's client says that detection_id is required.</summary>
    public bool RequiresType { get; set; } = true;

    /// <summary>Decides about each request; null = the true answer.</summary>
    public Func<FakeApiRequest, FakeApiFault?> Fault { get; set; } = _ => null;

    /// <summary>A whole other body for a request.</summary>
    public Func<FakeApiRequest, string?> Body { get; set; } = _ => null;

    /// <summary>Most requests that were under way at the same time.</summary>
    public int Peak { get; private set; }

    /// <summary>The faults that were played.</summary>
    public IReadOnlyList<FakeApiFault> Faults
    {
        get { lock (_lock) return [.. _faults]; }
    }

    public IReadOnlyList<FakeApiRequest> Requests
    {
        get { lock (_lock) return [.. _requests]; }
    }

    public static async Task<FakeApiServer> StartAsync(TimeProvider? time = null)
    {
        var app = LoopbackWeb.Create();
        var server = new FakeApiServer(app, time ?? TimeProvider.System);
        app.Run(server.HandleAsync);
        await app.StartAsync();
        server.Address = app.Urls.Single();
        return server;
    }

    public ValueTask DisposeAsync() => _app.EndAsync();

    private async Task HandleAsync(HttpContext context)
    {
        FakeApiRequest request;
        lock (_lock)
        {
            var query = context.Request.Query.ToDictionary(q => q.Key, q => q.Value.ToString());
            var authorization = context.Request.Headers.Authorization.ToString();
            request = new(_requests.Count, context.Request.Path, query, authorization, _time.GetUtcNow());
            _requests.Add(request);
            Peak = Math.Max(Peak, ++_active);
        }

        try
        {
            await AnswerAsync(context, request);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The client gave up, or was killed
        }
        finally
        {
            lock (_lock) _active--;
        }
    }

    private async Task AnswerAsync(HttpContext context, FakeApiRequest request)
    {
        var fault = Fault(request);
        if (fault is not null)
        {
            lock (_lock) _faults.Add(fault);
        }

        if (fault?.Until is { } until) await until.WaitAsync(context.RequestAborted);
        var (status, body) = fault is null or { Status: 0 } or { CutAfter: not null } ? Answer(request) : (fault.Status, Encoding.UTF8.GetBytes(fault.Body));
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        if (fault?.RetryAfter is { } wait) context.Response.Headers.RetryAfter = wait;
        if (fault?.CutAfter is { } length)
        {
            context.Response.ContentLength = body.Length;
            await context.Response.Body.WriteAsync(body.AsMemory(0, Math.Min(length, body.Length - 1)), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            context.Abort();
            return;
        }

        if (context.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.Ordinal))
        {
            context.Response.Headers.ContentEncoding = "gzip";
            await using var gzip = new GZipStream(context.Response.Body, CompressionLevel.Fastest);
            await gzip.WriteAsync(body, context.RequestAborted);
            return;
        }

        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    private (int Status, byte[] Body) Answer(FakeApiRequest request)
    {
        if (request.Authorization != $"Bearer {Key}") return Error(401, "Unauthorized");
        if (Body(request) is { } other) return (200, Encoding.UTF8.GetBytes(other));
        return request.Path.Split('/')[1..] switch
        {
            ["v1", "github", "customers", var customer, "actions", "detections"] => customer == Customer ? Detections(request, null) : Error(404, "unknown customer"),
            ["v1", "github", var owner, "actions", "detections"] => Owners.Contains(owner) ? Detections(request, owner) : Error(404, "unknown owner"),
            ["v1", "github", var owner, "threat-intel", "incidents"] => Owners.Contains(owner) ? (200, Encoding.UTF8.GetBytes(Store.Incidents(owner))) : Error(404, "unknown owner"),
            ["v1", var customer, "github", "organizations"] when customer == Customer => (200, Encoding.UTF8.GetBytes(
                $"[{string.Join(',', Owners.Select(owner => $$"""{"organization":"{{owner}}","server":""}"""))}]")),
            _ => Error(404, "no such path"),
        };
    }

    private (int Status, byte[] Body) Detections(FakeApiRequest request, string? owner)
    {
        if (request["detection_id"] is null && RequiresType) return Error(400, "detection_id is required");
        var limit = request["limit"] is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : DefaultLimit;
        if (limit is < 1 or > MostPerPage) return Error(400, "limit is 1 to 200");
        var state = request["status"] ?? "new";
        if (state is not ("new" or "suppressed" or "resolved")) return Error(400, "unknown status");
        // The token is a place in the list as it is now: what leaves or joins the list before it shifts the pages
        var offset = request["next_token"] is { } token ? int.Parse(token["offset=".Length..], CultureInfo.InvariantCulture) : 0;
        return (200, Store.Page(owner, request["detection_id"], state, offset, limit));
    }

    private static (int Status, byte[] Body) Error(int status, string why) => (status, Encoding.UTF8.GetBytes($$"""{"error":"{{why}}"}"""));
}
