using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace StepExport.Testing.S3;

/// <summary>An S3 store over real HTTP on 127.0.0.1 that believes every signature and can fail as no real one will on request.</summary>
internal sealed class FakeS3Server : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly FakeS3Store _store = new();
    private readonly Lock _lock = new();
    private readonly List<FakeS3Call> _calls = [];

    private FakeS3Server(WebApplication app) => _app = app;

    /// <summary>What to write under <c>endpoint</c>; with <c>pathStyle: true</c>.</summary>
    public string Endpoint { get; private set; } = "";

    /// <summary>Asked before every call; null = the store does what it is asked.</summary>
    public Func<FakeS3Call, FakeS3Fault?> Fault { get; set; } = _ => null;

    /// <summary>What is written from now on carries this time.</summary>
    public DateTimeOffset LastModified { set => _store.LastModified = value; }

    /// <summary>Every call so far, in the order of arrival.</summary>
    public IReadOnlyList<FakeS3Call> Calls
    {
        get { lock (_lock) return [.. _calls]; }
    }

    public static async Task<FakeS3Server> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
        });
        var app = builder.Build();
        var server = new FakeS3Server(app);
        app.Run(server.HandleAsync);
        await app.StartAsync();
        server.Endpoint = app.Urls.Single();
        return server;
    }

    /// <summary>A bucket that exists.</summary>
    public async Task<S3Bucket> NewBucketAsync(string name = "findings")
    {
        var bucket = new S3Bucket(S3Bucket.Connect(Endpoint, "any", "any"), Endpoint, name);
        await bucket.CreateAsync();
        lock (_lock) _calls.Clear();
        return bucket;
    }

    /// <summary>Faults by the number of the call of their operation, from 1; the rest succeeds.</summary>
    public void FailOnce(string operation, int number, FakeS3Fault fault)
    {
        var seen = 0;
        Fault = call => call.Operation == operation && Interlocked.Increment(ref seen) == number ? fault : null;
    }

    public ValueTask DisposeAsync() => _app.EndAsync();

    private async Task HandleAsync(HttpContext context)
    {
        var call = FakeS3Call.Of(context.Request);
        lock (_lock) _calls.Add(call);
        var fault = Fault(call);
        if (fault is { CutsBody: true })
        {
            await context.Request.Body.ReadAtLeastAsync(new byte[1024], 1024, throwOnEndOfStream: false, context.RequestAborted);
            context.Abort();
            return;
        }

        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        call.Body = body.ToArray();
        if (fault?.Until is { } held) await held.WaitAsync(context.RequestAborted);
        var answer = fault is { Status: > 0 } ? FakeS3Answer.Error(fault.Status, fault.Code) with { RetryAfter = fault.RetryAfter, Region = fault.Region } : _store.Handle(call);
        if (fault is { LosesAnswer: true })
        {
            context.Abort();
            return;
        }

        if (fault is { CutsAnswerAfter: { } cut }) answer = answer with { CutAfter = cut };
        await answer.WriteAsync(context.Response, withBody: context.Request.Method != "HEAD");
    }
}

/// <summary>What goes wrong with one call.</summary>
internal sealed record FakeS3Fault
{
    /// <summary>Answered instead of doing anything; 0 = the store does what it is asked.</summary>
    public int Status { get; init; }

    public string Code { get; init; } = "";

    public string? RetryAfter { get; init; }

    /// <summary>Where the bucket is, as S3 says to who looks for it elsewhere.</summary>
    public string? Region { get; init; }

    /// <summary>The connection breaks while the body is read; nothing happens.</summary>
    public bool CutsBody { get; init; }

    /// <summary>The store does what it is asked, and the connection breaks before the answer.</summary>
    public bool LosesAnswer { get; init; }

    /// <summary>The store answers, and the connection breaks after so many bytes of the body.</summary>
    public int? CutsAnswerAfter { get; init; }

    /// <summary>The call waits for this first.</summary>
    public Task? Until { get; init; }

    public static FakeS3Fault Error(int status, string code, string? retryAfter = null) => new() { Status = status, Code = code, RetryAfter = retryAfter };
}
