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
    private readonly HecServerOptions _options;
    private readonly HecCollector _collector;
    private readonly Lock _lock = new();
    private readonly List<HecReceived> _received = [];
    private readonly SemaphoreSlim _arrival = new(0);

    private FakeHecServer(WebApplication app, HecServerOptions options)
    {
        _app = app;
        _options = options;
        Index = options.Index;
        _collector = new(options, Script);
    }

    public HecScript Script { get; } = new();

    public HecIndex Index { get; }

    /// <summary>What to write under <c>endpoints</c>.</summary>
    public string Address { get; private set; } = "";

    /// <summary>The token that is accepted now.</summary>
    public string Token { get => _collector.Tokens.Token; set => _collector.Tokens.Token = value; }

    public bool TokenDisabled { get => _collector.Tokens.TokenDisabled; set => _collector.Tokens.TokenDisabled = value; }

    /// <summary>Whether requests with <see cref="Token"/> get ack ids.</summary>
    public bool Acknowledgement { get => _collector.Tokens.Acknowledgement; set => _collector.Tokens.Acknowledgement = value; }

    /// <summary>The indexer goes down and comes back at once: what was accepted and not indexed yet is lost, ack ids count from 0 again.</summary>
    public void RestartIndexer(int indexer = 0) => _collector.RestartIndexer(indexer);

    /// <summary>Every session moves to another indexer: old cookies are worth nothing, and what is pending is never acknowledged.</summary>
    public void MoveSessions() => _collector.MoveSessions();

    /// <summary>Every request so far.</summary>
    public IReadOnlyList<HecReceived> Received
    {
        get { lock (_lock) return [.. _received]; }
    }

    /// <summary>Completes when so many more requests have been read and decided about, though not answered. One waiter at a time.</summary>
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
        await _app.EndAsync();
        _collector.Dispose();
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
        if (_options.KeepsRequests)
        {
            lock (_lock) _received.Add(request);
        }

        var answer = _collector.Answer(request);
        if (_options.KeepsRequests) _arrival.Release();
        _options.Watch?.Invoke(request, answer);
        var isTold = false;
        try
        {
            // Who gives up on an answer that is held back is right to send again.
            if (!answer.Reply.Until.IsCompleted) answer.Unheard();
            await answer.Reply.Until.WaitAsync(context.RequestAborted);
            if (answer.Reply.Cut)
            {
                context.Abort();
                return;
            }

            isTold = true;
            foreach (var parcel in answer.Confirms) Index.Confirm(parcel);
            await WriteAsync(context, answer);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            answer.Unheard();
            if (!isTold) return;
            foreach (var parcel in answer.Confirms) Index.TakeBack(parcel);
        }
    }

    private static async Task WriteAsync(HttpContext context, HecAnswer answer)
    {
        var reply = answer.Reply;
        if (answer.SetCookie is not null) context.Response.Headers.SetCookie = answer.SetCookie + "; Path=/; HttpOnly";
        context.Response.StatusCode = reply.Status;
        context.Response.ContentType = reply.Page is null ? "application/json" : "text/html";
        if (reply.RetryAfter is not null) context.Response.Headers.RetryAfter = reply.RetryAfter;
        if (reply.Location is not null) context.Response.Headers.Location = reply.Location;
        await context.Response.WriteAsync(reply.Body(), context.RequestAborted);
    }
}
