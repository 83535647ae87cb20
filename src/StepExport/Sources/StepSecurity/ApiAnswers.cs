namespace StepExport.Sources.StepSecurity;

/// <summary>What a status of the API means for the reader.</summary>
internal enum ApiMeaning
{
    Ok,

    /// <summary>This request is not served: wrong name, wrong type, a page that is gone.</summary>
    Refused,

    /// <summary>The key is not accepted at all.</summary>
    BadKey,

    /// <summary>A person has to act; other requests may succeed.</summary>
    NeedsOperator,

    /// <summary>Later; nothing else may be asked until then.</summary>
    TooMany,

    /// <summary>Later.</summary>
    Later,
}

/// <summary>The table of answers: one line per status.</summary>
internal static class ApiAnswers
{
    private const int WordsLimit = 200;

    /// <param name="status">HTTP status.</param>
    /// <param name="asksToWait">It came with Retry-After.</param>
    public static (ApiMeaning Meaning, string Words) Of(int status, bool asksToWait) => status switch
    {
        >= 200 and < 300 => (ApiMeaning.Ok, ""),
        >= 300 and < 400 => (ApiMeaning.NeedsOperator, "the API redirects; write the address it names under baseUrl"),
        400 or 422 => (ApiMeaning.Refused, "the API does not understand the request"),
        401 => (ApiMeaning.BadKey, "the API does not accept the key; put a valid one under apiKey"),
        403 => (ApiMeaning.NeedsOperator, "the key must not read this; give it access or take another one"),
        404 => (ApiMeaning.Refused, "the API does not know it; correct customer, owners or baseUrl, or use a key that may see it"),
        407 => (ApiMeaning.NeedsOperator, "the proxy wants other credentials; correct proxyUser and proxyPassword"),
        408 or 425 => (ApiMeaning.Later, "the API wants the request again"),
        429 => (ApiMeaning.TooMany, "too many requests; raise pollInterval and sweepInterval or lower concurrency if it stays so"),
        503 when asksToWait => (ApiMeaning.TooMany, "the API is not available for a while"),
        >= 500 => (ApiMeaning.Later, "the API failed"),
        _ => (ApiMeaning.NeedsOperator, "the API refuses the request"),
    };

    /// <summary>The beginning of a body for a log: printable, short, and without the key that it may repeat.</summary>
    public static string Words(ReadOnlySpan<byte> body, string? key)
    {
        var text = System.Text.Encoding.UTF8.GetString(body[..Math.Min(body.Length, WordsLimit * 4)]);
        if (key is not null) text = text.Replace(key, "***", StringComparison.Ordinal);
        text = new string([.. text.Select(c => char.IsControl(c) ? ' ' : c)]).Trim();
        return text.Length > WordsLimit ? text[..WordsLimit] + "…" : text;
    }
}
