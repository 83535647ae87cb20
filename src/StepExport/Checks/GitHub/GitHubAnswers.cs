using System.Globalization;
using System.Net;
using Octokit;

namespace StepExport.Checks.GitHub;

/// <summary>What each answer of GitHub means: the one table.</summary>
/// <remarks>https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api</remarks>
internal static class GitHubAnswers
{
    /// <summary>GitHub's own advice for a secondary limit that does not say how long.</summary>
    private static readonly TimeSpan SecondaryPause = TimeSpan.FromMinutes(1);

    public static GitHubTroubleException Trouble(ApiException e, string doing, DateTimeOffset now)
    {
        var said = e.Message.Trim().TrimEnd('.') is { Length: > 0 } text ? $": {text}" : "";
        var what = FormattableString.Invariant($"{doing}: GitHub answers {(int)e.StatusCode}{said}");
        return e.StatusCode switch
        {
            HttpStatusCode.Forbidden or HttpStatusCode.TooManyRequests when Limit(e, now) is { } wait => new(GitHubTrouble.Pause, what, wait, e),
            HttpStatusCode.Unauthorized => new(GitHubTrouble.NeedsOperator, $"{what}; check checks.gitHub.appId and privateKey", null, e),
            HttpStatusCode.Forbidden => new(GitHubTrouble.NeedsOperator, $"{what}; give the App its permissions (Checks: write, Actions, Pull requests and Members: read), and accept them where it is installed", null, e),
            HttpStatusCode.NotFound => new(GitHubTrouble.ThisOne, $"{what}; is the App installed on the repository?", null, e),
            HttpStatusCode.Gone or HttpStatusCode.UnprocessableEntity or HttpStatusCode.BadRequest or HttpStatusCode.UnavailableForLegalReasons => new(GitHubTrouble.ThisOne, what, null, e),
            _ => new(GitHubTrouble.Away, what, RetryAfter(e), e),
        };
    }

    /// <summary>No HTTP answer at all.</summary>
    public static GitHubTroubleException NoAnswer(Exception e, string doing) =>
        new(GitHubTrouble.Away, $"{doing}: GitHub does not answer: {(e is OperationCanceledException ? "no answer in time" : e.InnerException?.Message ?? e.Message)}", null, e);

    /// <summary>How long a limit on requests holds; null when the answer is about something else.</summary>
    private static TimeSpan? Limit(ApiException e, DateTimeOffset now)
    {
        if (RetryAfter(e) is { } wait) return wait;
        if (Header(e, "x-ratelimit-remaining") == "0" && long.TryParse(Header(e, "x-ratelimit-reset"), CultureInfo.InvariantCulture, out var reset) && reset is > 0 and < 100_000_000_000)
            return DateTimeOffset.FromUnixTimeSeconds(reset) - now is { Ticks: > 0 } left ? left + TimeSpan.FromSeconds(1) : TimeSpan.FromSeconds(1);
        return e.StatusCode == HttpStatusCode.TooManyRequests || e.Message.Contains("rate limit", StringComparison.OrdinalIgnoreCase) ? SecondaryPause : null;
    }

    private static TimeSpan? RetryAfter(ApiException e) =>
        long.TryParse(Header(e, "retry-after"), CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0 and < 1_000_000 ? TimeSpan.FromSeconds(seconds) : null;

    private static string? Header(ApiException e, string name) =>
        e.HttpResponse?.Headers.FirstOrDefault(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;
}
