using System.Text.Json;

namespace StepExport.Testing.GitHub;

/// <summary>What the double answers.</summary>
internal sealed record GitHubReply(int Status, string Body, string ContentType = "application/json; charset=utf-8")
{
    public static GitHubReply NotFound { get; } = Error(404, "Not Found");

    /// <summary>What GitHub says when the App lacks a permission.</summary>
    public static GitHubReply Forbidden { get; } = Error(403, "Resource not accessible by integration");

    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    public static GitHubReply Json(object value, int status = 200) => new(status, JsonSerializer.Serialize(value));

    public static GitHubReply Error(int status, string message) =>
        Json(new { message, documentation_url = "https://docs.github.com/rest", status = FormattableString.Invariant($"{status}") }, status);

    public static GitHubReply Unprocessable(string why) =>
        Json(new { message = $"Invalid request.\n\n{why}", errors = new[] { why }, documentation_url = "https://docs.github.com/rest" }, 422);
}
