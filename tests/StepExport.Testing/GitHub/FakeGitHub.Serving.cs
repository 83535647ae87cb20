using Microsoft.AspNetCore.Http;

namespace StepExport.Testing.GitHub;

internal sealed partial class FakeGitHub
{
    private const string EnterprisePrefix = "/api/v3";

    private async Task HandleAsync(HttpContext context)
    {
        try
        {
            var path = context.Request.Path.Value!;
            if (path.StartsWith(EnterprisePrefix, StringComparison.Ordinal)) path = path[EnterprisePrefix.Length..];
            if (path.Split('/') is ["", var owner, var name, "pull", var number, .. var rest]) await PageAsync(context, $"{owner}/{name}", number, rest);
            else await ApiAsync(context, path);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The client gave up, or was killed
        }
    }

    private async Task ApiAsync(HttpContext context, string path)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        var headers = context.Request.Headers;
        FakeGitHubRequest request;
        lock (_lock)
        {
            var query = context.Request.Query.ToDictionary(q => q.Key, q => q.Value.ToString());
            request = new(_requests.Count, context.Request.Method, path, query, body, headers.Authorization.ToString(), headers.UserAgent.ToString(), _time.GetUtcNow());
            _requests.Add(request);
            Peak = Math.Max(Peak, ++_active);
        }

        try
        {
            await AnswerAsync(context, request);
        }
        finally
        {
            lock (_lock) _active--;
        }
    }

    private async Task AnswerAsync(HttpContext context, FakeGitHubRequest request)
    {
        var fault = Fault(request);
        var done = fault is { Done: true } ? _api.Answer(request) : null;
        if (fault is not null)
        {
            lock (_lock) _faults.Add(fault);
            if (fault.Until is { } until) await until.WaitAsync(context.RequestAborted);
        }

        if (fault?.Close == true)
        {
            context.Abort();
            return;
        }

        var reply = fault is { Status: > 0 } ? new GitHubReply(fault.Status, fault.Body) { Headers = fault.Headers } : done ?? _api.Answer(request);
        await WriteAsync(context, reply);
    }

    private async Task WriteAsync(HttpContext context, GitHubReply reply)
    {
        context.Response.StatusCode = reply.Status;
        context.Response.ContentType = reply.ContentType;
        context.Response.Headers["x-github-request-id"] = Guid.NewGuid().ToString("N");
        foreach (var (name, value) in _limits.Headers()) context.Response.Headers[name] = value;
        foreach (var (name, value) in reply.Headers) context.Response.Headers[name] = value;
        await context.Response.WriteAsync(reply.Body, context.RequestAborted);
    }
}
