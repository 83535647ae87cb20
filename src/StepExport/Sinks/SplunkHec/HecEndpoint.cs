using System.Diagnostics.CodeAnalysis;

namespace StepExport.Sinks.SplunkHec;

/// <summary>The addresses of one collector.</summary>
internal sealed record HecEndpoint(Uri Event, Uri Health, Uri Acknowledgement)
{
    /// <summary>Paths that people copy along with the address; the sink adds its own.</summary>
    private static readonly string[] AllowedPaths = ["/", "/services/collector", "/services/collector/", "/services/collector/event"];

    /// <summary>The address with another path and query; null = the event endpoint.</summary>
    public Uri For(string? target) => target is null ? Event : new(Event, target);

    /// <summary>Reads an endpoint of the configuration; <paramref name="problem"/> says what to write instead.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out HecEndpoint? endpoint, [NotNullWhen(false)] out string? problem)
    {
        endpoint = null;
        problem = null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.Host.Length == 0)
            problem = $"'{text}' is not an address; write it as https://host:8088";
        else if (uri.UserInfo.Length > 0)
            problem = "has a user or password in it; Splunk wants the token alone, under token";
        else if (uri.Query.Length > 0 || uri.Fragment.Length > 0 || !AllowedPaths.Contains(uri.AbsolutePath, StringComparer.Ordinal))
            problem = $"'{text}' has more than host and port; write {uri.GetLeftPart(UriPartial.Authority)}";
        else
            endpoint = new(new(uri, "/services/collector/event"), new(uri, "/services/collector/health"), new(uri, "/services/collector/ack"));
        return problem is null;
    }
}
