using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using StepExport.Core.Ingest;
using StepExport.Http;

namespace StepExport.Sources.Webhook;

/// <summary>What a sender of detections is told. Nothing of what it sent is repeated.</summary>
internal static class WebhookAnswer
{
    private static readonly JsonWriterOptions Layout = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static HttpAnswer UnknownPath { get; } =
        HttpAnswer.Unread(StatusCodes.Status404NotFound, "there is nothing at this path; send detections to the path that is configured");

    public static HttpAnswer WrongMethod { get; } =
        HttpAnswer.Unread(StatusCodes.Status405MethodNotAllowed, "send detections with POST or PUT", ("Allow", "POST, PUT"));

    /// <summary>The same whatever is wrong: a hint would help only strangers.</summary>
    public static HttpAnswer Unauthorized { get; } =
        HttpAnswer.Unread(StatusCodes.Status401Unauthorized, "send the credentials that are configured here", ("WWW-Authenticate", "Bearer"));

    public static HttpAnswer WrongType { get; } = HttpAnswer.Unread(
        StatusCodes.Status415UnsupportedMediaType,
        "send JSON: Content-Type application/json or application/x-ndjson",
        ("Accept", "application/json, application/x-ndjson"));

    public static HttpAnswer WrongEncoding { get; } = HttpAnswer.Unread(
        StatusCodes.Status415UnsupportedMediaType, "send the body as it is, or with Content-Encoding gzip", ("Accept-Encoding", "gzip, identity"));

    public static HttpAnswer DamagedGzip { get; } =
        HttpAnswer.Refuse(StatusCodes.Status400BadRequest, "Content-Encoding says gzip, and the body is none, is damaged or cut off; nothing was taken");

    public static HttpAnswer Test { get; } =
        new(StatusCodes.Status200OK, """{"accepted":0,"duplicates":0,"note":"there is no detection in it; the connection works"}"""u8.ToArray());

    public static HttpAnswer TooLarge(long limit) => HttpAnswer.Unread(
        StatusCodes.Status413PayloadTooLarge,
        FormattableString.Invariant($"a body may have {limit} bytes, before and after decompression; nothing was taken: send it in parts"));

    public static HttpAnswer TooMany(TimeSpan wait) => HttpAnswer.Refuse(
        StatusCodes.Status429TooManyRequests, "more requests than requestsPerSecond allows; send it again later", HttpAnswer.RetryAfter(wait));

    /// <summary>202; 400 when a detection of it is bad.</summary>
    public static HttpAnswer Of(SubmitResult result)
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
}
