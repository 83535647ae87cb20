using System.Buffers;
using System.Security.Cryptography;

namespace StepExport.Http;

/// <summary>Knows senders by the HMAC-SHA256 of the body as it was sent.</summary>
/// <param name="header">Where the signature is.</param>
/// <param name="prefix">What stands before it there; may be empty.</param>
/// <param name="isHex">Whether it is hexadecimal; else it is base64.</param>
/// <param name="secrets">Any of which may have made it.</param>
internal sealed class SignatureCheck(string header, string prefix, bool isHex, RotatingSecret secrets)
{
    /// <summary>The signature that a request claims to have; null when that is none.</summary>
    public byte[]? Claim(IHeaderDictionary headers)
    {
        var values = headers[header];
        if (values.Count != 1 || values[0] is not { } value || !value.StartsWith(prefix, StringComparison.Ordinal)) return null;
        var text = value.AsSpan(prefix.Length);
        var signature = new byte[HMACSHA256.HashSizeInBytes];
        var isWhole = isHex
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
