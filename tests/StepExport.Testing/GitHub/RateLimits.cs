using System.Globalization;

namespace StepExport.Testing.GitHub;

/// <summary>GitHub's limits for installation tokens. Thread-safe.</summary>
internal sealed class RateLimits(TimeProvider time)
{
    private const int Limit = 5000;
    private readonly Lock _lock = new();
    private int _remaining = Limit;
    private DateTimeOffset _reset = time.GetUtcNow().AddHours(1);
    private (int Status, TimeSpan RetryAfter, int Times) _secondary;

    public void Primary(int remaining, DateTimeOffset reset)
    {
        lock (_lock) (_remaining, _reset) = (remaining, reset);
    }

    public void Secondary(int status, TimeSpan retryAfter, int times)
    {
        lock (_lock) _secondary = (status, retryAfter, times);
    }

    /// <summary>Counts a request; the refusal when there may be none.</summary>
    public GitHubReply? Take(FakeInstallation installation)
    {
        lock (_lock)
        {
            Turn();
            if (_secondary is { Times: > 0 } secondary)
            {
                _secondary.Times--;
                return GitHubReply.Error(secondary.Status, "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.") with
                {
                    Headers = new Dictionary<string, string> { ["Retry-After"] = ((int)secondary.RetryAfter.TotalSeconds).ToString(CultureInfo.InvariantCulture) },
                };
            }

            if (_remaining == 0) return GitHubReply.Error(403, FormattableString.Invariant($"API rate limit exceeded for installation ID {installation.Id}."));
            _remaining--;
            return null;
        }
    }

    public GitHubReply Describe()
    {
        lock (_lock)
        {
            Turn();
            var core = new { limit = Limit, used = Limit - _remaining, remaining = _remaining, reset = _reset.ToUnixTimeSeconds() };
            return GitHubReply.Json(new { resources = new { core }, rate = core });
        }
    }

    public IReadOnlyDictionary<string, string> Headers()
    {
        lock (_lock)
        {
            Turn();
            return new Dictionary<string, string>
            {
                ["x-ratelimit-limit"] = Limit.ToString(CultureInfo.InvariantCulture),
                ["x-ratelimit-remaining"] = _remaining.ToString(CultureInfo.InvariantCulture),
                ["x-ratelimit-used"] = (Limit - _remaining).ToString(CultureInfo.InvariantCulture),
                ["x-ratelimit-reset"] = _reset.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
                ["x-ratelimit-resource"] = "core",
            };
        }
    }

    private void Turn()
    {
        var now = time.GetUtcNow();
        if (now < _reset) return;
        _remaining = Limit;
        _reset = now.AddHours(1);
    }
}
