using StepExport.Core.Ingest;
using StepExport.Core.Telemetry;

namespace StepExport.Sources.StepSecurity;

/// <summary>What all feeds of a source share.</summary>
internal sealed record FeedParts(
    StepSecurityConfig Config, ApiClient Client, SourceRetry Retry, JoinedHealth Health, FeedProgress Progress, bool Once,
    TimeProvider Time, ILogger Logger);

/// <summary>Reads one list again and again: newest first, page by page, as far back as <see cref="ReadWindow"/> says.</summary>
/// <remarks>
/// Every page is durable before the next one is asked for; the mark moves when everything newer than it is durable. That the list
/// is sorted is an assumption: a reading ends at a page on which everything is older, and sweeps read on.
/// </remarks>
internal sealed partial class Feed(FeedKey key, FeedParts parts, Guesses guesses, Ingress ingress, Action onProgress)
{
    /// <summary>So often a page behind the first one may fail. Then its reading begins anew at the newest, which matters more.</summary>
    public const int AttemptsPerPage = 6;

    /// <summary>A type that the API does not know is asked for again after so many polls.</summary>
    private const int PollsUntilRefusedAgain = 10;

    private readonly string _part = key.ToString();

    /// <summary>Ends only with <c>--once</c> or when cancelled.</summary>
    /// <exception cref="IOException">Journal or dead letters failed.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        var pause = key.IsIncidents ? parts.Config.ThreatIntelligence.PollInterval.Value : parts.Config.PollInterval.Value;
        while (true)
        {
            var isServed = await ReadAsync(stop);
            if (parts.Once) return;
            await Task.Delay(isServed ? pause : pause * PollsUntilRefusedAgain, parts.Time, stop);
        }
    }

    /// <summary>Reads the list once.</summary>
    /// <returns>False when the API does not have this list.</returns>
    private async Task<bool> ReadAsync(CancellationToken stop)
    {
        var window = ReadWindow.Of(
            parts.Progress[key], key.IsMovedTo, parts.Config, parts.Time.GetUtcNow().ToUnixTimeMilliseconds(), mustSweep: parts.Once);
        var turner = new PageTurner();
        for (var newest = 0L; ;)
        {
            using var reply = await parts.Retry.UntilAnsweredAsync(_part, Attempt(turner.Token), stop);
            if (reply.Page is not { } page) return turner.Token is null ? Refused(reply.Refusal!) : CutShort(reply.Refusal!);
            if (turner.Token is null) guesses.Served(key);

            await TakeAsync(page, reply.Body, window, stop);
            newest = Math.Max(newest, page.NewestMs);
            string? trouble = null;
            var isEnd = page.IsOlderThan(window.ReadEndMs) || !turner.TryTurn(page, out trouble);
            if (trouble is null && (isEnd || page.IsOlderThan(window.PollEndMs))) Move(window.Polled(parts.Progress[key], newest));
            if (!isEnd) continue;
            if (trouble is not null) return CutShort($"{_part}: {trouble}");
            Move(window.Swept(parts.Progress[key]));
            parts.Health.Set(EndOf(_part), null);
            return true;
        }
    }

    /// <summary>Asks for one page; what only this list suffers from ends the reading instead of being asked for ever.</summary>
    private Func<CancellationToken, Task<SourceAnswer<ApiReply>>> Attempt(string? token)
    {
        var attempts = 0;
        return async stop =>
        {
            var answer = await parts.Client.GetAsync(key.Page(parts.Config.PageSize, token), stop);
            if (answer.Value is { Refusal: { } refusal } && token is null && !key.IsGuess)
                answer = SourceAnswer<ApiReply>.Failed(refusal, needsOperator: true);
            else if (answer.Value is { Refusal: null } reply && reply.ReadPage(key.Implied) is { } trouble)
            {
                reply.Dispose();
                answer = SourceAnswer<ApiReply>.Failed($"{_part}: {trouble}");
            }

            return answer.Value is null && token is not null && ++attempts >= AttemptsPerPage
                ? SourceAnswer<ApiReply>.Of(ApiReply.Refused(answer.Trouble!))
                : answer;
        };
    }

    private async Task TakeAsync(Page page, ReadOnlyMemory<byte> body, ReadWindow window, CancellationToken stop)
    {
        using var wanted = new PageBuffer();
        if (page.WriteTo(wanted, body.Span, window.TakeFromMs, key.Implied) > 0) await ingress.SubmitAsync(wanted.Written, _part, stop);
    }

    private void Move(FeedMark mark)
    {
        if (parts.Progress[key] == mark) return;
        parts.Progress[key] = mark;
        onProgress();
    }

    private bool Refused(string why)
    {
        if (guesses.Refused(key, why)) Log.Refused(parts.Logger, why);
        return false;
    }

    private bool CutShort(string why)
    {
        if (parts.Health.Set(EndOf(_part), $"{why}; the list is not read to its end")) Log.CutShort(parts.Logger, why);
        return true;
    }

    /// <summary>What ails the reading as a whole is another part than the request at hand.</summary>
    private static string EndOf(string part) => part + ", end";

    private static partial class Log
    {
        [LoggerMessage(EventId = 521, Level = LogLevel.Information, Message = "{Reason}; nobody asked for it by name: it is left out, and asked for again later")]
        public static partial void Refused(ILogger logger, string reason);

        [LoggerMessage(EventId = 522, Level = LogLevel.Warning, Message = "{Reason}; what was read is kept, and the list is read again")]
        public static partial void CutShort(ILogger logger, string reason);
    }
}
