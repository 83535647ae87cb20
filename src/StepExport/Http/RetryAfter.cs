using System.Net.Http.Headers;

namespace StepExport.Http;

/// <summary>Reads the <c>Retry-After</c> header (RFC 9110, 10.2.3): whole seconds or an HTTP date.</summary>
internal static class RetryAfter
{
    /// <summary>How long to wait from <paramref name="now"/>; null when nothing (or the past) is named, so that the retry policy decides.</summary>
    public static TimeSpan? Read(HttpResponseHeaders headers, DateTimeOffset now)
    {
        var wait = headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - now,
            _ => TimeSpan.Zero,
        };
        return wait > TimeSpan.Zero ? wait : null;
    }
}
