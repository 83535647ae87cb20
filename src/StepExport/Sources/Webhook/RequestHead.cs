using Microsoft.Net.Http.Headers;

namespace StepExport.Sources.Webhook;

/// <summary>What the head of a request says about its body.</summary>
internal static class RequestHead
{
    /// <summary>JSON in one of its names, or nothing said.</summary>
    public static bool IsJson(HttpRequest request)
    {
        var text = request.ContentType;
        if (string.IsNullOrEmpty(text)) return true;
        if (!MediaTypeHeaderValue.TryParse(text, out var type)) return false;
        if (type.Charset.HasValue && !type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)) return false;
        return type.MediaType.Value?.ToLowerInvariant() is "application/json" or "application/x-ndjson" or "application/ndjson"
                or "application/jsonl" or "application/x-jsonlines" or "text/json"
            || type.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Null when the encoding is neither gzip nor none.</summary>
    public static bool? IsGzip(HttpRequest request)
    {
        var text = request.Headers.ContentEncoding.ToString().Trim();
        if (text.Length == 0 || text.Equals("identity", StringComparison.OrdinalIgnoreCase)) return false;
        return text.Equals("gzip", StringComparison.OrdinalIgnoreCase) || text.Equals("x-gzip", StringComparison.OrdinalIgnoreCase) ? true : null;
    }
}
