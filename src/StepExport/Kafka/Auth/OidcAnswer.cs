using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;

namespace StepExport.Kafka.Auth;

/// <summary>The answer of a token endpoint is no token; the message says why.</summary>
internal sealed class OidcException(string message) : Exception(message);

/// <summary>The answer of a token endpoint (RFC 6749, sections 5.1 and 5.2).</summary>
/// <param name="Token"><c>access_token</c>.</param>
/// <param name="ExpiresIn"><c>expires_in</c>; null when missing, which the RFC allows.</param>
internal readonly record struct OidcAnswer(string Token, TimeSpan? ExpiresIn)
{
    private const int TextLimit = 200;

    /// <summary>For a token that says in no way how long it is good: short enough for any identity provider's shortest.</summary>
    private static readonly TimeSpan UnknownLifetime = TimeSpan.FromMinutes(5);

    /// <exception cref="OidcException">It holds no token.</exception>
    public static OidcAnswer Read(HttpStatusCode status, ReadOnlyMemory<byte> body, string secret)
    {
        if ((int)status is >= 300 and < 400)
            throw new OidcException($"{(int)status}, a redirect, which the secret does not follow; name the final address");
        using var json = TryParse(body);
        if (status != HttpStatusCode.OK) throw new OidcException($"{(int)status} {Reason(json, body, secret)}".TrimEnd());
        if (json is null) throw new OidcException($"200, but the answer is not JSON: {Quote(Encoding.UTF8.GetString(body.Span), secret)}");
        if (Text(json.RootElement, "access_token") is not { Length: > 0 } token) throw new OidcException("200, but the answer has no access_token");
        // RFC 6750, 2.1; anything else would end up in the middle of a SASL message, which has its own separators.
        if (!token.All(c => c is > ' ' and <= '~')) throw new OidcException("200, but the access_token has characters that no token has");
        return new(token, Seconds(json.RootElement));
    }

    /// <exception cref="OidcException">It has expired already.</exception>
    public BearerToken ToToken(KafkaOidcConfig config, DateTimeOffset now)
    {
        var (subject, jwtExpires) = Jwt.Read(Token);
        var expires = ExpiresIn is { } lifetime ? now + lifetime : jwtExpires ?? now + UnknownLifetime;
        return expires > now
            ? new(Token, expires, subject ?? config.ClientId, config.Extensions)
            : throw new OidcException($"the token expired at {expires.ToString("u", CultureInfo.InvariantCulture)}; are the clocks right?");
    }

    private static JsonDocument? TryParse(ReadOnlyMemory<byte> body)
    {
        try
        {
            var json = JsonDocument.Parse(body);
            if (json.RootElement.ValueKind == JsonValueKind.Object) return json;
            json.Dispose();
            return null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Reason(JsonDocument? json, ReadOnlyMemory<byte> body, string secret)
    {
        if (json is null || Text(json.RootElement, "error") is not { } error) return Quote(Encoding.UTF8.GetString(body.Span), secret);
        return Quote(Text(json.RootElement, "error_description") is { } description ? $"{error}: {description}" : error, secret);
    }

    private static string? Text(JsonElement root, string name)
    {
        try
        {
            return root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // A string that is not Unicode.
            return null;
        }
    }

    /// <summary>A number, or a number in quotes, as Azure's older endpoints write it. More than a year is a mistake of theirs or means "never".</summary>
    private static TimeSpan? Seconds(JsonElement root)
    {
        if (!root.TryGetProperty("expires_in", out var value)) return null;
        var text = value.ValueKind == JsonValueKind.String ? Text(root, "expires_in") : value.GetRawText();
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && double.IsFinite(seconds)
            ? TimeSpan.FromSeconds(Math.Clamp(seconds, 0, TimeSpan.FromDays(365).TotalSeconds))
            : null;
    }

    /// <summary>The text reaches logs and status pages: it is foreign, and may repeat what it was sent.</summary>
    private static string Quote(string text, string secret)
    {
        var scrubbed = new[] { secret, WebUtility.UrlEncode(secret), Uri.EscapeDataString(secret) }
            .Aggregate(text, (t, s) => t.Replace(s, "***", StringComparison.OrdinalIgnoreCase));
        var cut = scrubbed.Length > TextLimit ? scrubbed[..TextLimit] + "…" : scrubbed;
        return string.Create(cut.Length, cut, static (destination, source) =>
        {
            for (var i = 0; i < source.Length; i++) destination[i] = char.IsControl(source[i]) ? ' ' : source[i];
        }).Trim();
    }
}
