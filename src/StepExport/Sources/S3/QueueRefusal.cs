using System.Text.Json;
using System.Text.Json.Nodes;

namespace StepExport.Sources.S3;

/// <summary>Why SQS did not do what it was asked.</summary>
/// <param name="Reason">In words for an operator, with SQS's own code.</param>
/// <param name="NeedsOperator">Waiting alone will not help.</param>
/// <param name="IsAboutCredentials">Others may be better.</param>
internal readonly record struct QueueRefusal(string Reason, bool NeedsOperator = false, bool IsAboutCredentials = false)
{
    /// <summary>Another party's words are not worth more.</summary>
    private const int LongestMessage = 300;

    /// <param name="status">Of the answer.</param>
    /// <param name="body">Of the answer: JSON with <c>__type</c> and <c>message</c>, or whatever a proxy says.</param>
    /// <param name="operation">What was asked.</param>
    public static QueueRefusal Of(int status, string body, string operation)
    {
        var (code, message) = Read(body);
        var refusal = Judge(status, code, operation);
        var said = message.Length > 0 ? $"; it says: {message}" : "";
        return refusal with { Reason = FormattableString.Invariant($"{refusal.Reason}{said} (HTTP {status}{(code.Length > 0 ? "/" : "")}{code})") };
    }

    private static QueueRefusal Judge(int status, string code, string operation) => (status, code) switch
    {
        (_, "QueueDoesNotExist" or "AWS.SimpleQueueService.NonExistentQueue") => new("the queue does not exist: correct notifications.queueUrl or region", true),
        (_, "AccessDeniedException" or "AccessDenied") => new($"access is denied: the credentials need sqs:{Action(operation)} on it", true, true),
        (_, "InvalidClientTokenId" or "UnrecognizedClientException" or "ExpiredToken" or "ExpiredTokenException" or "InvalidSecurity" or "MissingAuthenticationToken") =>
            new("the credentials are not valid any more, or not known", true, true),
        (_, "SignatureDoesNotMatch" or "InvalidSignatureException" or "IncompleteSignature") =>
            new("the signature does not match: the secret access key, the region or this machine's clock is wrong", true, true),
        (_, "RequestExpired" or "RequestTimeTooSkewed") => new("this machine's clock differs too much: set it right", true),
        (_, "OverLimit") => new("too many messages are in flight: another reader leaves them undeleted"),
        (429, _) or (_, "RequestThrottled" or "ThrottlingException" or "Throttling" or "KmsThrottled") => new("it asks for fewer requests"),
        (_, { } kms) when kms.StartsWith("Kms", StringComparison.Ordinal) => new("the queue's KMS key cannot be used: see its policy", true),
        (401 or 403, _) => new("the credentials are refused", true, true),
        ( >= 500 or 408, _) => new("it is not available at the moment"),
        _ => new("it refuses the request: check notifications", true),
    };

    private static string Action(string operation) => operation == "DeleteMessageBatch" ? "DeleteMessage" : operation;

    private static (string Code, string Message) Read(string body)
    {
        try
        {
            var json = JsonNode.Parse(body) as JsonObject;
            var type = json?["__type"]?.GetValue<string>() ?? "";
            var message = (json?["message"] ?? json?["Message"])?.GetValue<string>() ?? "";
            return (type[(type.LastIndexOf('#') + 1)..], message.Length > LongestMessage ? message[..LongestMessage] : message);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return ("", "");
        }
    }
}
