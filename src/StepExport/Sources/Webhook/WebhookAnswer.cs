using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using StepExport.Core.Ingest;

namespace StepExport.Sources.Webhook;

/// <summary>What a sender is told. Nothing of what it sent is repeated.</summary>
/// <param name="Code">HTTP status.</param>
/// <param name="Body">JSON.</param>
/// <param name="Refusal">Why the request was refused; null when it was not.</param>
internal sealed record WebhookAnswer(int Code, ReadOnlyMemory<byte> Body, string? Refusal = null)
{
    private static readonly JsonWriterOptions Layout = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A header that goes with the status.</summary>
    public (string Name, string Value)? Header { get; private init; }

    /// <summary>The body was not read, or not to its end: the connection is of no further use.</summary>
    public bool Closes { get; private init; }

    public static WebhookAnswer UnknownPath { get; } =
        Unread(StatusCodes.Status404NotFound, "there is nothing at this path; send detections to the path that is configured");

    public static WebhookAnswer WrongMethod { get; } =
        Unread(StatusCodes.Status405MethodNotAllowed, "send detections with POST or PUT", ("Allow", "POST, PUT"));

    /// <summary>The same whatever is wrong: a hint would help only strangers.</summary>
    public static WebhookAnswer Unauthorized { get; } =
        Unread(StatusCodes.Status401Unauthorized, "send the credentials that are configured here", ("WWW-Authenticate", "Bearer"));

    public static WebhookAnswer WrongType { get; } = Unread(
        StatusCodes.Status415UnsupportedMediaType,
        "send JSON: Content-Type application/json or application/x-ndjson",
        ("Accept", "application/json, application/x-ndjson"));

    public static WebhookAnswer WrongEncoding { get; } = Unread(
        StatusCodes.Status415UnsupportedMediaType, "send the body as it is, or with Content-Encoding gzip", ("Accept-Encoding", "gzip, identity"));

    public static WebhookAnswer TooSlow { get; } =
        Unread(StatusCodes.Status408RequestTimeout, "the body did not arrive in time; nothing was taken: send it again");

    public static WebhookAnswer DamagedGzip { get; } =
        Refuse(StatusCodes.Status400BadRequest, "Content-Encoding says gzip, and the body is none, is damaged or cut off; nothing was taken");

    public static WebhookAnswer Test { get; } =
        new(StatusCodes.Status200OK, """{"accepted":0,"duplicates":0,"note":"there is no detection in it; the connection works"}"""u8.ToArray());

    public static WebhookAnswer Fault { get; } =
        Unread(StatusCodes.Status500InternalServerError, "a fault of the receiver, which is in its log; send it again later");

    public static WebhookAnswer TooLarge(long limit) => Unread(
        StatusCodes.Status413PayloadTooLarge,
        FormattableString.Invariant($"a body may have {limit} bytes, before and after decompression; nothing was taken: send it in parts"));

    /// <param name="reason">Why it cannot be taken now.</param>
    /// <param name="wait">When to try again.</param>
    public static WebhookAnswer Later(string reason, TimeSpan wait) =>
        Refuse(StatusCodes.Status503ServiceUnavailable, $"{reason}; send it again later", ("Retry-After", Seconds(wait)));

    public static WebhookAnswer TooMany(TimeSpan wait) =>
        Refuse(StatusCodes.Status429TooManyRequests, "more requests than requestsPerSecond allows; send it again later", ("Retry-After", Seconds(wait)));

    /// <summary>What Kestrel found wrong with the request itself.</summary>
    public static WebhookAnswer Malformed(int code) => Unread(code, "the request is not proper HTTP, came too slowly or broke off; send it again");

    /// <summary>202; 400 when a detection of it is bad.</summary>
    public static WebhookAnswer Of(SubmitResult result)
    {
        var body = new ArrayBufferWriter<byte>(64);
        using (var json = new Utf8JsonWriter(body, Layout))
        {
            json.WriteStartObject();
            json.WriteNumber("accepted", result.Accepted);
            json.WriteNumber("duplicates", result.Duplicates);
            if (result.BadCount > 0) WriteErrors(json, result);
            json.WriteEndObject();
        }

        return result.BadCount == 0
            ? new(StatusCodes.Status202Accepted, body.WrittenMemory)
            : new(StatusCodes.Status400BadRequest, body.WrittenMemory, "detections in it are bad; they are in the dead letters, and the others were taken");
    }

    private static void WriteErrors(Utf8JsonWriter json, SubmitResult result)
    {
        json.WriteNumber("rejected", result.BadCount);
        json.WriteStartArray("errors");
        foreach (var bad in result.Bad)
        {
            json.WriteStartObject();
            json.WriteNumber("index", bad.Index);
            json.WriteNumber("line", bad.Line);
            json.WriteNumber("offset", bad.Offset);
            json.WriteString("reason", bad.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static WebhookAnswer Refuse(int code, string reason, (string, string)? header = null) =>
        new(code, Encoding.UTF8.GetBytes($$"""{"error":"{{reason}}"}"""), reason) { Header = header };

    private static WebhookAnswer Unread(int code, string reason, (string, string)? header = null) => Refuse(code, reason, header) with { Closes = true };

    private static string Seconds(TimeSpan wait) => Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
}
