using System.IO.Pipelines;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace StepExport.Benchmarks.Receivers;

/// <summary>Takes objects and parts of objects in the S3 protocol; bodies are counted and thrown away, signatures not looked at.</summary>
internal sealed class S3Receiver : IReceiver
{
    private const string Began = """<InitiateMultipartUploadResult><Bucket>bench</Bucket><Key>k</Key><UploadId>u1</UploadId></InitiateMultipartUploadResult>""";
    private const string Completed = """<CompleteMultipartUploadResult><Bucket>bench</Bucket><Key>k</Key><ETag>"e"</ETag></CompleteMultipartUploadResult>""";
    private readonly WebApplication _app;
    private long _puts;
    private long _bytes;

    private S3Receiver()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    public string Address => _app.Urls.First();

    public string Totals => FormattableString.Invariant($"{_puts:N0} objects and parts, {_bytes / 1e6:N0} MB");

    public static async Task<S3Receiver> StartAsync()
    {
        var receiver = new S3Receiver();
        await receiver._app.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var bytes = await SkipAsync(context.Request.BodyReader, context.RequestAborted);
        if (HttpMethods.IsPost(context.Request.Method))
        {
            context.Response.ContentType = "application/xml";
            await context.Response.WriteAsync(context.Request.Query.ContainsKey("uploads") ? Began : Completed, context.RequestAborted);
            return;
        }

        Interlocked.Increment(ref _puts);
        Interlocked.Add(ref _bytes, bytes);
        context.Response.Headers.ETag = "\"e\"";
    }

    private static async Task<long> SkipAsync(PipeReader body, CancellationToken stop)
    {
        var bytes = 0L;
        while (true)
        {
            var read = await body.ReadAsync(stop);
            bytes += read.Buffer.Length;
            body.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted) return bytes;
        }
    }
}
