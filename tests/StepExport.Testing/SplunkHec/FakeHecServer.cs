using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace StepExport.Testing.SplunkHec;

/// <summary>Splunk's HTTP Event Collector over real HTTP on 127.0.0.1, as strict as the real one and able to fail like it.</summary>
internal sealed class FakeHecServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HecCollector _collector;
    private readonly Lock _lock = new();
    private readonly List<HecReceived> _received = [];
    private readonly SemaphoreSlim _arrival = new(0);

    private FakeHecServer(WebApplication app, HecServerOptions options)
    {
        _app = app;
        Index = options.Index;
        _collector = new(options, Script);
    }

    public HecScript Script { get; } = new();

    public HecIndex Index { get; }

    /// <summary>What to write under <c>endpoints</c>.</summary>
    public string Address { get; private set; } = "";

    /// <summary>The token that is accepted now.</summary>
    public string Token { get => _collector.Token; set => _collector.Token = value; }

    public bool TokenDisabled { get => _collector.TokenDisabled; set => _collector.TokenDisabled = value; }

    /// <summary>Every request so far.</summary>
    public IReadOnlyList<HecReceived> Received
    {
        get { lock (_lock) return [.. _received]; }
    }

    /// <summary>Completes when so many more requests have been read, whatever becomes of them. One waiter at a time.</summary>
    public async Task WhenReceived(int count)
    {
        for (var i = 0; i < count; i++) await _arrival.WaitAsync();
    }

    public static async Task<FakeHecServer> StartAsync(HecServerOptions? options = null)
    {
        options ??= new();
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Listen(IPAddress.Loopback, options.Port, listen => Secure(listen, options));
        });
        var app = builder.Build();
        var server = new FakeHecServer(app, options);
        app.Run(server.HandleAsync);
        await app.StartAsync();
        server.Address = app.Urls.Single();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        // Requests that are held open would otherwise keep the server for half a minute.
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
        _arrival.Dispose();
    }

    private static void Secure(ListenOptions listen, HecServerOptions options)
    {
        listen.Protocols = HttpProtocols.Http1;
        if (options.Certificate is null) return;
        listen.UseHttps(https =>
        {
            https.ServerCertificate = options.Certificate;
            if (options.ClientCertificate is not { } expected) return;
            https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
            https.ClientCertificateValidation = (certificate, _, _) => certificate.Thumbprint == expected.Thumbprint;
        });
    }

    private async Task HandleAsync(HttpContext context)
    {
        var request = await HecReceived.ReadAsync(context.Request);
        lock (_lock) _received.Add(request);
        _arrival.Release();
        var scripted = Script.TakeReply();
        var usual = scripted is null or { IndexFirst: true } ? _collector.Answer(request) : null;
        var reply = scripted ?? usual!;
        await reply.Until.WaitAsync(context.RequestAborted);
        if (reply.Cut)
        {
            context.Abort();
            return;
        }

        context.Response.StatusCode = reply.Status;
        context.Response.ContentType = reply.Page is null ? "application/json" : "text/html";
        if (reply.RetryAfter is not null) context.Response.Headers.RetryAfter = reply.RetryAfter;
        if (reply.Location is not null) context.Response.Headers.Location = reply.Location;
        await context.Response.WriteAsync(reply.Body(), context.RequestAborted);
    }
}
