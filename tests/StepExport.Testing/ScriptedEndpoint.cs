using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace StepExport.Testing;

/// <summary>A form that was posted.</summary>
internal sealed record PostedForm(string Path, string? Authorization, IReadOnlyDictionary<string, string> Fields);

/// <summary>What a <see cref="ScriptedEndpoint"/> says to a form.</summary>
internal sealed record FormReply(int Status, string Body, string ContentType = "application/json", string? Location = null);

/// <summary>A server over real HTTP on 127.0.0.1 to which forms are posted: a token endpoint, the AWS token service.</summary>
internal sealed class ScriptedEndpoint : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Func<PostedForm, Task<FormReply>> _answer;
    private readonly Lock _lock = new();
    private readonly List<PostedForm> _received = [];

    private ScriptedEndpoint(WebApplication app, Func<PostedForm, Task<FormReply>> answer)
    {
        _app = app;
        _answer = answer;
    }

    public string Address { get; private set; } = "";

    public IReadOnlyList<PostedForm> Received
    {
        get { lock (_lock) return [.. _received]; }
    }

    public static Task<ScriptedEndpoint> StartAsync(FormReply reply) => StartAsync(_ => Task.FromResult(reply));

    public static async Task<ScriptedEndpoint> StartAsync(Func<PostedForm, Task<FormReply>> answer)
    {
        var app = LoopbackWeb.Create();
        var server = new ScriptedEndpoint(app, answer);
        app.Run(server.HandleAsync);
        await app.StartAsync();
        server.Address = app.Urls.Single();
        return server;
    }

    public ValueTask DisposeAsync() => _app.EndAsync();

    private async Task HandleAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var authorization = context.Request.Headers.Authorization.ToString();
        var posted = new PostedForm(
            context.Request.Path, authorization.Length == 0 ? null : authorization, form.ToDictionary(f => f.Key, f => f.Value.ToString()));
        lock (_lock) _received.Add(posted);
        var reply = await _answer(posted).WaitAsync(context.RequestAborted);
        context.Response.StatusCode = reply.Status;
        context.Response.ContentType = reply.ContentType;
        if (reply.Location is not null) context.Response.Headers.Location = reply.Location;
        await context.Response.WriteAsync(reply.Body, context.RequestAborted);
    }
}
