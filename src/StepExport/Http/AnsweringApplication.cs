using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;

namespace StepExport.Http;

/// <summary>The boundary to HTTP: every request gets an answer, is counted by it, and a refusal is logged now and then.</summary>
/// <param name="handle">Answers a request by calling what it is given, once.</param>
/// <param name="count">Counts an answer by its status.</param>
/// <param name="refusals">Where refusals are told.</param>
/// <param name="logger">Where faults are told.</param>
internal sealed partial class AnsweringApplication(
    Func<HttpContext, Func<HttpAnswer, Task>, Task> handle, Action<int> count, RefusalLog refusals, ILogger logger) : IHttpApplication<HttpContext>
{
    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public void DisposeContext(HttpContext context, Exception? exception)
    {
    }

    [SuppressMessage("Design", "CA1031", Justification = "Boundary of one request: a fault must not end the connection without an answer or a log.")]
    public async Task ProcessRequestAsync(HttpContext context)
    {
        try
        {
            await handle(context, answer => WriteAsync(context, answer));
        }
        catch (Exception e) when (context.RequestAborted.IsCancellationRequested || e is ConnectionResetException)
        {
            if (!context.Response.HasStarted) count(StatusCodes.Status499ClientClosedRequest);
        }
        catch (BadHttpRequestException e) when (!context.Response.HasStarted)
        {
            await WriteAsync(context, HttpAnswer.Malformed(e.StatusCode));
        }
        catch (Exception e)
        {
            Log.Failed(logger, e);
            if (!context.Response.HasStarted) await WriteAsync(context, HttpAnswer.Fault);
        }
    }

    private async Task WriteAsync(HttpContext context, HttpAnswer answer)
    {
        count(answer.Code);
        if (answer.Refusal is { } reason) refusals.Add(answer.Code, reason, context.Connection.RemoteIpAddress?.ToString() ?? "unknown");
        var response = context.Response;
        response.StatusCode = answer.Code;
        response.ContentType = "application/json";
        response.ContentLength = answer.Body.Length;
        response.Headers.CacheControl = "no-store";
        if (answer.Header is var (name, value)) response.Headers[name] = value;
        if (answer.Closes && !HttpProtocol.IsHttp2(context.Request.Protocol)) response.Headers.Connection = "close";
        if (!HttpMethods.IsHead(context.Request.Method)) await response.Body.WriteAsync(answer.Body, context.RequestAborted);
        await response.CompleteAsync();
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 514, Level = LogLevel.Error, Message = "A request ended by a fault of the program; it was answered 500")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
