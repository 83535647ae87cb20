using System.Buffers.Text;
using System.Text.Json;

namespace StepExport.Kafka.Auth;

/// <summary>Looks into a token that may be a JWT (RFC 7519). Nothing is verified: that is the brokers' business.</summary>
internal static class Jwt
{
    /// <summary><c>sub</c> and <c>exp</c>, each null when the token does not say (or is no JWT).</summary>
    public static (string? Subject, DateTimeOffset? Expires) Read(string token)
    {
        var parts = token.Split('.');
        if (parts.Length != 3) return default;
        try
        {
            using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[1]));
            if (claims.RootElement.ValueKind != JsonValueKind.Object) return default;
            return (Subject(claims.RootElement), Expires(claims.RootElement));
        }
        catch (Exception e) when (e is FormatException or JsonException or InvalidOperationException)
        {
            // Three parts, but not those of a JWT. InvalidOperationException: a string that is not Unicode.
            return default;
        }
    }

    private static string? Subject(JsonElement claims) =>
        claims.TryGetProperty("sub", out var sub) && sub.ValueKind == JsonValueKind.String && sub.GetString() is { Length: > 0 } text ? text : null;

    private static DateTimeOffset? Expires(JsonElement claims) =>
        claims.TryGetProperty("exp", out var exp) && exp.ValueKind == JsonValueKind.Number
        && exp.GetDouble() is var seconds && seconds >= 0 && seconds < DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? DateTimeOffset.FromUnixTimeMilliseconds((long)(seconds * 1000))
            : null;
}
