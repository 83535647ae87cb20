using System.Buffers;
using System.Security.Cryptography;

namespace StepExport.Sources.Webhook;

/// <summary>Knows senders by the HMAC-SHA256 of the body as it was sent.</summary>
internal sealed class SignatureCheck(WebhookHmacConfig config, RotatingSecret secrets)
{
    private readonly string _prefix = config.Prefix == "none" ? "" : config.Prefix;
    private readonly bool _isHex = config.Encoding == "hex";

    /// <summary>The signature that a request claims to have; null when that is none.</summary>
    public byte[]? Claim(IHeaderDictionary headers)
    {
        var values = headers[config.Header];
        if (values.Count != 1 || values[0] is not { } value || !value.StartsWith(_prefix, StringComparison.Ordinal)) return null;
        var text = value.AsSpan(_prefix.Length);
        var signature = new byte[HMACSHA256.HashSizeInBytes];
        var isWhole = _isHex
            ? text.Length == 2 * signature.Length && Convert.FromHexString(text, signature, out _, out _) == OperationStatus.Done
            : Convert.TryFromBase64Chars(text, signature, out var written) && written == signature.Length;
        return isWhole ? signature : null;
    }

    public bool Fits(byte[] claim, ReadOnlySequence<byte> body) => secrets.Any(secret =>
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret);
        foreach (var piece in body) hmac.AppendData(piece.Span);
        return CryptographicOperations.FixedTimeEquals(claim, hmac.GetHashAndReset());
    });
}
