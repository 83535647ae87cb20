using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;
using StepExport.Cli;
using StepExport.Core.Checks;
using StepExport.Core.Telemetry;
using StepExport.Http;

namespace StepExport.Checks.GitHub.Webhook;

/// <summary>Decides about one delivery, cheap things first; nothing of it is parsed before its signature is found right.</summary>
/// <remarks>
/// A press is durable when GitHub is told that it came: GitHub delivers once, and a person waits. What it comes to is decided by
/// <see cref="PressLoop"/>. A replay of a captured delivery comes to nothing:
/// the press names the revision that the person saw, revisions only grow and can be approved once; and the hash of a body that has approved is
/// remembered. The hash, because the signature covers the body alone: X-GitHub-Delivery can be another one. A body that was refused may come
/// again, as it does when the same person presses once more after he was permitted. The other events can be repeated without harm.
/// </remarks>
internal sealed partial class DeliveryIntake(
    string path, SignatureCheck signatures, DeliveryReader reader, CheckStore store, JoinedHealth health, TimeProvider time, ILogger logger)
{
    /// <summary>A check run has less than 100 KB; GitHub itself sends 25 MB at most, of events that are not for us.</summary>
    public const int Largest = 5_000_000;

    private const int MostAtOnce = 64;
    private const long Memory = 32_000_000;

    /// <summary>GitHub gives up after 10 s.</summary>
    private static readonly TimeSpan BodyTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan WhenDiskIsBack = TimeSpan.FromSeconds(10);

    private readonly BodyMemory _memory = new(Memory);
    private int _underWay;

    /// <summary>Answers one request.</summary>
    public async Task HandleAsync(HttpContext context, Func<HttpAnswer, Task> answer)
    {
        if (RefuseByHead(context.Request) is { } refusal)
        {
            await answer(refusal);
            return;
        }

        try
        {
            if (Interlocked.Increment(ref _underWay) > MostAtOnce) await answer(HttpAnswer.Later("too many requests are under way", Soon));
            else await answer(await TakeAsync(context));
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
    }

    private HttpAnswer? RefuseByHead(HttpRequest request)
    {
        if (request.Path.Value != path) return DeliveryAnswer.UnknownPath;
        if (!HttpMethods.IsPost(request.Method)) return DeliveryAnswer.WrongMethod;
        if (signatures.Claim(request.Headers) is null) return DeliveryAnswer.Unauthorized;
        if (!IsPlainJson(request)) return DeliveryAnswer.WrongType;
        return request.ContentLength > Largest ? DeliveryAnswer.TooLarge(Largest) : null;
    }

    private static bool IsPlainJson(HttpRequest request) => MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase) && request.Headers.ContentEncoding.Count == 0;

    private async Task<HttpAnswer> TakeAsync(HttpContext context)
    {
        var request = context.Request;
        using var body = new Body(_memory);
        using var tooLong = new CancellationTokenSource(BodyTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(tooLong.Token, context.RequestAborted);
        try
        {
            var end = await body.FillAsync(request.Body, Largest, either.Token);
            if (end == BodyEnd.TooLarge) return DeliveryAnswer.TooLarge(Largest);
            if (end == BodyEnd.NoMemory) return HttpAnswer.Later("the bodies of other requests take up the memory", Soon);
        }
        catch (OperationCanceledException) when (tooLong.IsCancellationRequested && !context.RequestAborted.IsCancellationRequested)
        {
            return HttpAnswer.TooSlow;
        }

        if (signatures.Claim(request.Headers) is not { } claim || !signatures.Fits(claim, body.Bytes)) return DeliveryAnswer.Unauthorized;
        try
        {
            var answer = Act(request.Headers, body);
            health.Set("store", null);
            return answer;
        }
        catch (IOException e)
        {
            health.Set("store", e.Message);
            Log.NotTaken(logger, Id(request.Headers), e);
            return HttpAnswer.Later("it cannot be written to disk; redeliver it from the App's settings when the disk is well", WhenDiskIsBack);
        }
    }

    private HttpAnswer Act(IHeaderDictionary headers, Body body)
    {
        switch (reader.Read(headers["X-GitHub-Event"].ToString(), body.Bytes))
        {
            case Delivery.Pressed press:
                return Take(press, Hash(body), Id(headers));
            case Delivery.RunAgain again:
                return store.ReportAgain(again.Key) ? DeliveryAnswer.Taken : DeliveryAnswer.UnknownCheck;
            case Delivery.SuiteAgain again:
                return ReportAll(again) ? DeliveryAnswer.Taken : DeliveryAnswer.UnknownCheck;
            case Delivery.RunEnded ended:
                store.See(ended.Key, ended.Workflow);
                return DeliveryAnswer.Taken;
            case Delivery.Ping:
                return DeliveryAnswer.Connected;
            case Delivery.Forbidden forbidden:
                return DeliveryAnswer.Forbidden(forbidden.Why);
            case Delivery.Malformed malformed:
                return DeliveryAnswer.Malformed(malformed.Why);
            default:
                return DeliveryAnswer.Ignored;
        }
    }

    private HttpAnswer Take(Delivery.Pressed press, string hash, string id)
    {
        var outcome = store.TakePress(press.Key, press.Revision, press.Login, hash);
        if (outcome is PressOutcome.Taken or PressOutcome.Unknown) Log.Pressed(logger, press.Login, TerminalText.Escape(press.Key.ToString()), press.Revision, id, outcome);
        return outcome switch
        {
            PressOutcome.ActedOn => DeliveryAnswer.ActedOn,
            PressOutcome.Unknown => DeliveryAnswer.UnknownCheck,
            _ => DeliveryAnswer.Taken,
        };
    }

    private bool ReportAll(Delivery.SuiteAgain again)
    {
        var any = false;
        foreach (var check in store.List(new() { Search = again.HeadSha, Size = 500 }).Checks)
        {
            if (check.Run?.HeadSha == again.HeadSha && check.Key.Repository.Equals(again.Repository, StringComparison.OrdinalIgnoreCase)) any |= store.ReportAgain(check.Key);
        }

        return any;
    }

    private static string Hash(Body body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var piece in body.Bytes) hash.AppendData(piece.Span);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>As GitHub shows it; for the log.</summary>
    private static string Id(IHeaderDictionary headers) =>
        Guid.TryParse(headers["X-GitHub-Delivery"].ToString(), CultureInfo.InvariantCulture, out var id) ? id.ToString() : "without an id";

    private static partial class Log
    {
        [LoggerMessage(EventId = 731, Level = LogLevel.Information, Message = "{Login} pressed Approve at GitHub, check {Check} at revision {Revision} (delivery {Delivery}): {Outcome}")]
        public static partial void Pressed(ILogger logger, string login, string check, int revision, string delivery, PressOutcome outcome);

        [LoggerMessage(EventId = 732, Level = LogLevel.Error, Message = "GitHub's delivery {Delivery} is not known to be durable; redeliver it from the App's settings")]
        public static partial void NotTaken(ILogger logger, string delivery, IOException exception);
    }
}
