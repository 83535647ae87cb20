using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Primitives;
using StepExport.Http;

namespace StepExport.Sources.Webhook;

/// <summary>Knows senders by a token in a header. Compares hashes in constant time: neither the token nor its length can be measured.</summary>
internal sealed class BearerCheck(string header, RotatingSecret tokens)
{
    private const string Scheme = "Bearer ";
    private readonly bool _hasScheme = header.Equals("Authorization", StringComparison.OrdinalIgnoreCase);

    public bool Knows(IHeaderDictionary headers)
    {
        var presented = SHA256.HashData(Encoding.UTF8.GetBytes(TokenIn(headers[header])));
        return tokens.Any(token => CryptographicOperations.FixedTimeEquals(presented, SHA256.HashData(token)));
    }

    /// <summary>Empty when there is none; no token is empty.</summary>
    private string TokenIn(StringValues values)
    {
        // With two of them, a proxy in front may have judged by the other one
        if (values.Count != 1 || values[0] is not { } value) return "";
        if (!_hasScheme) return value.Trim();
        return value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? value[Scheme.Length..].Trim() : "";
    }
}
