using System.Globalization;
using System.Text;

namespace StepExport.Http;

/// <summary>What a sender is told. Nothing of what it sent is repeated.</summary>
/// <param name="Code">HTTP status.</param>
/// <param name="Body">JSON.</param>
/// <param name="Refusal">Why the request was refused; null when it was not.</param>
internal sealed record HttpAnswer(int Code, ReadOnlyMemory<byte> Body, string? Refusal = null)
{
    /// <summary>A header that goes with the status.</summary>
    public (string Name, string Value)? Header { get; private init; }

    /// <summary>The body was not read, or not to its end: the connection is of no further use.</summary>
    public bool Closes { get; private init; }

    public static HttpAnswer TooSlow { get; } =
        Unread(StatusCodes.Status408RequestTimeout, "the body did not arrive in time; nothing was taken: send it again");

    public static HttpAnswer Fault { get; } =
        Unread(StatusCodes.Status500InternalServerError, "a fault of the receiver, which is in its log; send it again later");

    /// <param name="reason">Why it cannot be taken now.</param>
    /// <param name="wait">When to try again.</param>
    public static HttpAnswer Later(string reason, TimeSpan wait) =>
        Refuse(StatusCodes.Status503ServiceUnavailable, $"{reason}; send it again later", RetryAfter(wait));

    /// <summary>What Kestrel found wrong with the request itself.</summary>
    public static HttpAnswer Malformed(int code) => Unread(code, "the request is not proper HTTP, came too slowly or broke off; send it again");

    /// <param name="code">HTTP status.</param>
    /// <param name="reason">Of ours, without a quotation mark.</param>
    /// <param name="header">That goes with the status.</param>
    public static HttpAnswer Refuse(int code, string reason, (string, string)? header = null) =>
        new(code, Encoding.UTF8.GetBytes($$"""{"error":"{{reason}}"}"""), reason) { Header = header };

    /// <summary>Refuses without having read the body to its end.</summary>
    public static HttpAnswer Unread(int code, string reason, (string, string)? header = null) => Refuse(code, reason, header) with { Closes = true };

    public static (string, string) RetryAfter(TimeSpan wait) => ("Retry-After", Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture));
}
