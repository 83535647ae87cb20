namespace StepExport.Testing.StepSecurity;

/// <summary>An answer that is not the one that was asked for.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Body">What comes with it.</param>
/// <param name="RetryAfter">Header, or null.</param>
/// <param name="CutAfter">The connection breaks after so many bytes of the true answer; null = it does not.</param>
/// <param name="Until">The answer is held back until then.</param>
internal sealed record FakeApiFault(int Status, string Body = "", string? RetryAfter = null, int? CutAfter = null, Task? Until = null)
{
    public static FakeApiFault TooMany(int seconds) => new(429, """{"error":"rate limit exceeded"}""", FormattableString.Invariant($"{seconds}"));

    public static FakeApiFault Failed { get; } = new(500, """{"error":"internal"}""");

    public static FakeApiFault Unavailable { get; } = new(503);

    public static FakeApiFault Html { get; } = new(200, "<!doctype html><title>Sign in</title>");

    public static FakeApiFault Cut { get; } = new(200, CutAfter: 100);

    /// <summary>The true answer, but late.</summary>
    public static FakeApiFault Late(Task until) => new(0, Until: until);

    /// <summary>Every so many requests another fault, as often as said; the same sequence in every run.</summary>
    public static Func<FakeApiRequest, FakeApiFault?> Storm(int most = int.MaxValue)
    {
        var left = most;
        return request => Pick(request.Index) is { } fault && Interlocked.Decrement(ref left) >= 0 ? fault : null;

        static FakeApiFault? Pick(int index) => index switch
        {
            _ when index % 149 == 148 => TooMany(1),
            _ when index % 53 == 52 => Failed,
            _ when index % 67 == 66 => Unavailable,
            _ when index % 83 == 82 => Cut,
            _ when index % 97 == 96 => Html,
            _ => null,
        };
    }
}

/// <summary>A request that the API has read.</summary>
/// <param name="Index">Requests before it.</param>
/// <param name="Path">Without query.</param>
/// <param name="Query">By name.</param>
/// <param name="Authorization">Header.</param>
/// <param name="Time">When it came, by the server's clock.</param>
internal sealed record FakeApiRequest(int Index, string Path, IReadOnlyDictionary<string, string> Query, string? Authorization, DateTimeOffset Time)
{
    public string? this[string name] => Query.GetValueOrDefault(name);
}
