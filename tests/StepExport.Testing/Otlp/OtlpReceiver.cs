using System.IO.Compression;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace StepExport.Testing.Otlp;

/// <summary>A collector of OpenTelemetry on 127.0.0.1: OTLP over HTTP, or over gRPC, decoded from the wire.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private const string GrpcMetrics = "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export";
    private const string GrpcTraces = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
    private const int GrpcHeaderBytes = 5;

    private readonly WebApplication _app;
    private readonly bool _isGrpc;
    private readonly Lock _lock = new();
    private readonly List<OtlpRequest> _received = [];
    private readonly List<string> _authorizations = [];
    private volatile int _status = 200;
    private volatile Task _until = Task.CompletedTask;

    private OtlpReceiver(WebApplication app, bool isGrpc) => (_app, _isGrpc) = (app, isGrpc);

    /// <summary>What to write under <c>endpoint</c>.</summary>
    public string Address { get; private set; } = "";

    /// <summary>HTTP status, or with gRPC the gRPC status unless it is 200, of the answers from now on.</summary>
    public int Status { get => _status; set => _status = value; }

    /// <summary>Answers wait for this from now on.</summary>
    public Task Until { get => _until; set => _until = value; }

    /// <summary>Every request so far that was understood, whatever it was answered.</summary>
    public IReadOnlyList<OtlpRequest> Received
    {
        get { lock (_lock) return [.. _received]; }
    }

    /// <summary>Their headers of that name.</summary>
    public IReadOnlyList<string> Authorizations
    {
        get { lock (_lock) return [.. _authorizations]; }
    }

    public IEnumerable<OtlpSpan> Spans => Received.SelectMany(r => r.Spans);

    public static async Task<OtlpReceiver> StartAsync(bool isGrpc = false)
    {
        var app = LoopbackWeb.Create(isGrpc ? HttpProtocols.Http2 : HttpProtocols.Http1);
        var receiver = new OtlpReceiver(app, isGrpc);
        app.Run(receiver.HandleAsync);
        await app.StartAsync();
        receiver.Address = app.Urls.Single();
        return receiver;
    }

    public ValueTask DisposeAsync() => _app.EndAsync();

    private async Task HandleAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var message = body.ToArray();
        if (context.Request.Headers.ContentEncoding == "gzip") message = Decompress(message);
        bool? isTraces = context.Request.Path.Value switch
        {
            "/v1/metrics" when !_isGrpc => false,
            "/v1/traces" when !_isGrpc => true,
            GrpcMetrics when _isGrpc => false,
            GrpcTraces when _isGrpc => true,
            _ => null,
        };
        if (isTraces is null)
        {
            context.Response.StatusCode = 404;
            return;
        }

        var request = OtlpRequest.Parse(_isGrpc ? message.AsSpan(GrpcHeaderBytes) : message, isTraces.Value);
        lock (_lock)
        {
            _received.Add(request);
            _authorizations.Add(context.Request.Headers.Authorization.ToString());
        }

        await Until.WaitAsync(context.RequestAborted);
        await (_isGrpc ? AnswerGrpcAsync(context) : AnswerAsync(context));
    }

    private async Task AnswerAsync(HttpContext context)
    {
        context.Response.StatusCode = Status;
        context.Response.ContentType = "application/x-protobuf";
        await context.Response.CompleteAsync();
    }

    private async Task AnswerGrpcAsync(HttpContext context)
    {
        context.Response.ContentType = "application/grpc";
        await context.Response.Body.WriteAsync(new byte[GrpcHeaderBytes], context.RequestAborted);
        context.Response.AppendTrailer("grpc-status", Status == 200 ? "0" : Status.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    private static byte[] Decompress(byte[] wire)
    {
        using var plain = new MemoryStream();
        using (var gzip = new GZipStream(new MemoryStream(wire), CompressionMode.Decompress)) gzip.CopyTo(plain);
        return plain.ToArray();
    }
}
