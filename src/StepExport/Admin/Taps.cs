using System.Buffers;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using StepExport.Core.Delivery;
using StepExport.Core.Journal;

namespace StepExport.Admin;

/// <summary><c>/api/tap</c>: the records that become durable, live, as NDJSON.</summary>
/// <remarks>
/// A tap reads the journal beside the sinks; the way of an event does not know of it, so it costs nothing while nobody taps, and a slow
/// reader slows nobody. Who falls behind further than <see cref="MaxBehind"/> records loses what lies between, and is told how much by a
/// line <c>{"tap":{"lost":N}}</c>; no finding begins like that.
/// </remarks>
internal sealed class Taps(Func<JournalTail> open) : IDisposable
{
    public const string Path = "/api/tap";

    /// <summary>Taps at the same time.</summary>
    public const int Most = 4;

    /// <summary>Records that a reader may be behind.</summary>
    public const int MaxBehind = 10_000;

    private const int FlushBytes = 64 * 1024;

    /// <summary>Records that are looked at before others get the processor.</summary>
    private const int Turn = 1000;

    private readonly CancellationTokenSource _closing = new();
    private int _open;

    /// <summary>Serves one reader until he leaves or the program stops.</summary>
    public async Task ServeAsync(HttpContext context)
    {
        if (!TapFilter.TryParse(context.Request.Query, out var filter, out var mistake))
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, mistake);
            return;
        }

        if (Interlocked.Increment(ref _open) > Most)
        {
            Interlocked.Decrement(ref _open);
            context.Response.Headers.RetryAfter = "10";
            await RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, $"{Most} taps are open already; close one of them");
            return;
        }

        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _closing.Token);
        try
        {
            using var tail = open();
            await StreamAsync(context, tail, filter, end.Token);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The reader has left, or the program stops: both are the ordinary end.
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    /// <summary>Ends every tap.</summary>
    public void Close() => _closing.Cancel();

    public void Dispose() => _closing.Dispose();

    private static async Task StreamAsync(HttpContext context, JournalTail tail, RecordFilter filter, CancellationToken stop)
    {
        context.Response.ContentType = "application/x-ndjson";
        context.Response.Headers.CacheControl = "no-store";
        // He may be as slow as he likes: nothing waits for him.
        if (context.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate) rate.MinDataRate = null;
        await context.Response.StartAsync(stop);
        var output = context.Response.BodyWriter;
        for (var told = 0L; ;)
        {
            if (tail.Behind > MaxBehind) tail.SkipToEnd();
            if (tail.Skipped > told)
            {
                Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"tap\":{{\"lost\":{tail.Skipped - told}}}}}\n"), output);
                told = tail.Skipped;
            }

            var written = 0L;
            for (var looked = 0; looked < Turn && written < FlushBytes && tail.TryRead(out var record); looked++)
            {
                if (!filter.Accepts(record)) continue;
                output.Write(record.Body.Span);
                output.Write("\n"u8);
                written += record.Body.Length;
            }

            if ((await output.FlushAsync(stop)).IsCompleted) return;
            if (tail.Behind == 0) await tail.WaitAsync(stop);
            else await Task.Yield();
        }
    }

    private static Task RefuseAsync(HttpContext context, int status, string why)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(why + "\n", context.RequestAborted);
    }
}
