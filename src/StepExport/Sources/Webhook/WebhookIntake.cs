using System.IO.Compression;
using System.IO.Pipelines;
using StepExport.Core.Ingest;
using StepExport.Http;

namespace StepExport.Sources.Webhook;

/// <summary>Decides about one request, cheap things first; nothing of a body is read before its sender is known by the head, where
/// the head can tell.</summary>
internal sealed partial class WebhookIntake(WebhookConfig config, SenderCheck senders, Ingress ingress, TimeProvider time, ILogger logger) : IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan WhenDiskIsBack = TimeSpan.FromSeconds(10);

    private readonly RateLimit _rate = new(config.RequestsPerSecond, config.Burst, time);
    private readonly BodyMemory _memory = new(config.MaxBufferedBytes.Bytes);
    private readonly SemaphoreSlim _turns = new(config.MaxConcurrentRequests);
    private readonly CancellationTokenSource _abandon = new();
    private readonly long _limit = config.MaxBodySize.Bytes;
    private int _testSeen;

    /// <summary>Memory of the bodies that are held now.</summary>
    public long BufferedBytes => _memory.UsedBytes;

    /// <summary>Answers one request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="answer">Writes the answer. What is left to do after it holds the request's turn and memory.</param>
    public async Task HandleAsync(HttpContext context, Func<HttpAnswer, Task> answer)
    {
        var request = context.Request;
        if (RefuseByHead(request) is { } refusal)
        {
            await answer(refusal);
            return;
        }

        if (!_turns.Wait(0, CancellationToken.None))
        {
            await answer(HttpAnswer.Later("as many requests are under way as maxConcurrentRequests allows", Soon));
            return;
        }

        try
        {
            using var sent = new Body(_memory);
            using var plain = new Body(_memory);
            var refused = RefuseByState(request) ?? await ReadAsync(context, sent, plain);
            if (refused is not null) await answer(refused);
            else await SubmitAsync(context, RequestHead.IsGzip(request) == true ? plain : sent, answer);
        }
        finally
        {
            _turns.Release();
        }
    }

    /// <summary>Gives up on whatever still waits for the disk, and completes when nothing is under way any more.</summary>
    public async Task EndAsync()
    {
        await _abandon.CancelAsync();
        for (var i = 0; i < config.MaxConcurrentRequests; i++) await _turns.WaitAsync();
    }

    public void Dispose()
    {
        _turns.Dispose();
        _abandon.Dispose();
    }

    private HttpAnswer? RefuseByHead(HttpRequest request)
    {
        if (request.Path.Value != config.Path) return WebhookAnswer.UnknownPath;
        if (!HttpMethods.IsPost(request.Method) && !HttpMethods.IsPut(request.Method)) return WebhookAnswer.WrongMethod;
        if (!senders.MayBeKnown(request.Headers)) return WebhookAnswer.Unauthorized;
        if (senders.KnowsByHead && RefuseByRate() is { } tooMany) return tooMany;
        if (!RequestHead.IsJson(request)) return WebhookAnswer.WrongType;
        if (RequestHead.IsGzip(request) is null) return WebhookAnswer.WrongEncoding;
        return request.ContentLength > _limit ? WebhookAnswer.TooLarge(_limit) : null;
    }

    private HttpAnswer? RefuseByRate() => _rate.Take() is var wait && wait > TimeSpan.Zero ? WebhookAnswer.TooMany(wait) : null;

    private HttpAnswer? RefuseByState(HttpRequest request)
    {
        // Why is in the program's own health; a sender need not know
        if (ingress.Obstacle is not null) return HttpAnswer.Later("detections cannot be stored at the moment", WhenDiskIsBack);
        return request.ContentLength > _memory.FreeBytes ? NoMemory() : null;
    }

    /// <summary>Reads the body, and proves and decompresses it.</summary>
    private async Task<HttpAnswer?> ReadAsync(HttpContext context, Body sent, Body plain)
    {
        var request = context.Request;
        using var tooLong = new CancellationTokenSource(config.BodyTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(tooLong.Token, context.RequestAborted);
        try
        {
            if (Refuse(await sent.FillAsync(request.Body, _limit, either.Token)) is { } refusal) return refusal;
        }
        catch (OperationCanceledException) when (tooLong.IsCancellationRequested && !context.RequestAborted.IsCancellationRequested)
        {
            return HttpAnswer.TooSlow;
        }

        if (!senders.IsSigned(request.Headers, sent.Bytes)) return WebhookAnswer.Unauthorized;
        if (!senders.KnowsByHead && RefuseByRate() is { } tooMany) return tooMany;
        return RequestHead.IsGzip(request) == true ? await DecompressAsync(sent, plain, context.RequestAborted) : null;
    }

    private async Task<HttpAnswer?> DecompressAsync(Body sent, Body plain, CancellationToken cancellationToken)
    {
        try
        {
            await using var gzip = new GZipStream(PipeReader.Create(sent.Bytes).AsStream(), CompressionMode.Decompress);
            return Refuse(await plain.FillAsync(gzip, _limit, cancellationToken));
        }
        catch (InvalidDataException)
        {
            return WebhookAnswer.DamagedGzip;
        }
    }

    private async Task SubmitAsync(HttpContext context, Body body, Func<HttpAnswer, Task> answer)
    {
        if (ConnectionTest.Is(body.Bytes))
        {
            await answer(TestAnswer());
            return;
        }

        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(_abandon.Token);
        // A sender that hangs up now has sent everything: it is taken all the same, and recognised when it is sent again
        var submission = ingress.SubmitAsync(body.Bytes, context.Connection.RemoteIpAddress?.ToString(), giveUp.Token);
        try
        {
            var verdict = await VerdictAsync(submission);
            await giveUp.CancelAsync();
            await answer(verdict);
        }
        finally
        {
            // A write that hangs cannot be given up, and may still need the body
            await ((Task)submission).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<HttpAnswer> VerdictAsync(Task<SubmitResult> submission)
    {
        try
        {
            var result = await submission.WaitAsync(config.AnswerTimeout, time, _abandon.Token);
            return result is { Accepted: 0, BadCount: 0 } ? TestAnswer() : WebhookAnswer.Of(result);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            return HttpAnswer.Later("it did not become durable in time", WhenDiskIsBack);
        }
        catch (IOException e)
        {
            Log.NotDurable(logger, e);
            return HttpAnswer.Later("it cannot be written to disk", WhenDiskIsBack);
        }
    }

    private HttpAnswer TestAnswer()
    {
        if (Interlocked.Exchange(ref _testSeen, 1) == 0) Log.TestSeen(logger);
        return WebhookAnswer.Test;
    }

    private HttpAnswer? Refuse(BodyEnd end) => end switch
    {
        BodyEnd.TooLarge => WebhookAnswer.TooLarge(_limit),
        BodyEnd.NoMemory => NoMemory(),
        _ => null,
    };

    private static HttpAnswer NoMemory() => HttpAnswer.Later("the bodies of other requests take up maxBufferedBytes", Soon);

    private static partial class Log
    {
        [LoggerMessage(EventId = 512, Level = LogLevel.Information,
            Message = "A request without a detection came in, as a connection test sends it; it was answered 200, and further ones are not logged")]
        public static partial void TestSeen(ILogger logger);

        [LoggerMessage(EventId = 513, Level = LogLevel.Error, Message = "A request is not known to be durable; its sender was told to send it again")]
        public static partial void NotDurable(ILogger logger, IOException exception);
    }
}
