using StepExport.Configuration;

namespace StepExport.Sources.Webhook;

/// <summary>What a sender has to prove; bearer, hmac or both.</summary>
internal sealed record WebhookAuthConfig
{
    /// <summary>Token that every request carries. To rotate it, write the new one on a further line: each line is a token, and all of
    /// them are let in. The file is read again every 10s, and at once when a sender is refused.</summary>
    [Guessable]
    public Secret? Bearer { get; init; }

    /// <summary>Header of the token. In Authorization it stands behind the word Bearer, in any other header alone.</summary>
    public string BearerHeader { get; init; } = "Authorization";

    /// <summary>Signature that every request carries.</summary>
    public WebhookHmacConfig? Hmac { get; init; }
}

/// <summary>HMAC-SHA256 of the body as it was sent (before decompression).</summary>
internal sealed record WebhookHmacConfig
{
    /// <summary>The shared secret. It is rotated like bearer: each line is one.</summary>
    [Guessable]
    public required Secret Secret { get; init; }

    /// <summary>Header of the signature.</summary>
    public string Header { get; init; } = "X-Hub-Signature-256";

    /// <summary>What stands before the signature in its header; none: nothing does.</summary>
    public string Prefix { get; init; } = "sha256=";

    /// <summary>How the 32 bytes of the signature are written: hex or base64.</summary>
    [OneOf("hex", "base64")]
    public string Encoding { get; init; } = "hex";
}
