using System.Text;
using StepExport.Http;

namespace StepExport.Checks.GitHub.Webhook;

/// <summary>What GitHub is told; it shows it under the App's "Recent Deliveries". Nothing of what was sent is repeated.</summary>
internal static class DeliveryAnswer
{
    public static HttpAnswer UnknownPath { get; } =
        HttpAnswer.Unread(StatusCodes.Status404NotFound, "there is nothing at this path; deliveries go to the path that is configured");

    public static HttpAnswer WrongMethod { get; } = HttpAnswer.Unread(StatusCodes.Status405MethodNotAllowed, "deliveries come with POST", ("Allow", "POST"));

    /// <summary>The same whatever is wrong: a hint would help only strangers.</summary>
    public static HttpAnswer Unauthorized { get; } =
        HttpAnswer.Unread(StatusCodes.Status401Unauthorized, "X-Hub-Signature-256 is missing or wrong: give the App the webhook secret that is configured here");

    public static HttpAnswer WrongType { get; } = HttpAnswer.Unread(
        StatusCodes.Status415UnsupportedMediaType, "set the content type of the App's webhook to application/json", ("Accept", "application/json"));

    public static HttpAnswer Connected { get; } = Ok(StatusCodes.Status200OK, "the connection works");

    public static HttpAnswer Ignored { get; } = Ok(StatusCodes.Status202Accepted, "it is of no interest here; nothing was done");

    /// <summary>It is durable; what becomes of it is in the log, in the check's history and on the check run.</summary>
    public static HttpAnswer Taken { get; } = Ok(StatusCodes.Status202Accepted, "taken");

    public static HttpAnswer ActedOn { get; } = HttpAnswer.Refuse(StatusCodes.Status409Conflict, "the very same delivery was acted on before; nothing was done");

    public static HttpAnswer UnknownCheck { get; } =
        HttpAnswer.Refuse(StatusCodes.Status404NotFound, "there is no such check here (any more); nothing was done");

    public static HttpAnswer TooLarge(long limit) =>
        HttpAnswer.Unread(StatusCodes.Status413PayloadTooLarge, FormattableString.Invariant($"a delivery may have {limit} bytes; nothing was taken"));

    public static HttpAnswer Forbidden(string why) => HttpAnswer.Refuse(StatusCodes.Status403Forbidden, $"{why}; nothing was done");

    public static HttpAnswer Malformed(string why) => HttpAnswer.Refuse(StatusCodes.Status400BadRequest, $"{why}; nothing was done");

    private static HttpAnswer Ok(int code, string note) => new(code, Encoding.UTF8.GetBytes($$"""{"note":"{{note}}"}"""));
}
