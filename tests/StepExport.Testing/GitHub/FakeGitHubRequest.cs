using System.Globalization;

namespace StepExport.Testing.GitHub;

/// <summary>A request to the REST API.</summary>
/// <param name="Number">Counted from 0.</param>
/// <param name="Method">GET, POST, PATCH.</param>
/// <param name="Path">Without the <c>/api/v3</c> of GitHub Enterprise Server.</param>
/// <param name="Query">Each parameter once.</param>
/// <param name="Body">As it came.</param>
/// <param name="Authorization">The header; empty without.</param>
/// <param name="UserAgent">The header; GitHub answers nobody who has none.</param>
/// <param name="At">By the clock of the double.</param>
internal sealed record FakeGitHubRequest(
    int Number, string Method, string Path, IReadOnlyDictionary<string, string> Query, string Body, string Authorization, string UserAgent, DateTimeOffset At)
{
    public FakeGitHubCredential Credential => Token switch
    {
        "" => FakeGitHubCredential.None,
        var token when token.StartsWith("ghs_", StringComparison.Ordinal) => FakeGitHubCredential.Installation,
        var token when token.Split('.').Length == 3 => FakeGitHubCredential.App,
        _ => FakeGitHubCredential.Other,
    };

    /// <summary>What stands behind <c>Bearer</c> or <c>token</c>; empty without.</summary>
    public string Token => Authorization.Split(' ', 2) is [var scheme, var token]
        && (scheme.Equals("bearer", StringComparison.OrdinalIgnoreCase) || scheme.Equals("token", StringComparison.OrdinalIgnoreCase)) ? token : "";

    /// <summary>The page of a list that is asked for: 30 at a time, at most 100.</summary>
    public IEnumerable<T> Page<T>(IEnumerable<T> all)
    {
        var size = Math.Clamp(this["per_page"] is { } sizeText ? int.Parse(sizeText, CultureInfo.InvariantCulture) : 30, 1, 100);
        var page = this["page"] is { } pageText ? int.Parse(pageText, CultureInfo.InvariantCulture) : 1;
        return all.Skip((page - 1) * size).Take(size);
    }

    public string? this[string parameter] => Query.GetValueOrDefault(parameter);
}

/// <summary>As whom somebody asks.</summary>
internal enum FakeGitHubCredential
{
    None,

    /// <summary>The App itself: a JSON web token.</summary>
    App,

    /// <summary>An installation of the App: <c>ghs_…</c>.</summary>
    Installation,

    Other,
}

/// <summary>What goes wrong with a request.</summary>
internal sealed record FakeGitHubFault
{
    /// <summary>0 = the true answer (after <see cref="Until"/>).</summary>
    public int Status { get; init; }

    public string Body { get; init; } = """{"message":"Server Error"}""";

    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>The request hangs until this has ended.</summary>
    public Task? Until { get; init; }

    /// <summary>The connection is closed instead of an answer.</summary>
    public bool Close { get; init; }

    /// <summary>What was asked for is done all the same, before <see cref="Until"/>; only the answer is another, late or lost.</summary>
    public bool Done { get; init; }

    public static FakeGitHubFault Answer(int status, string body = """{"message":"Server Error"}""") => new() { Status = status, Body = body };
}
