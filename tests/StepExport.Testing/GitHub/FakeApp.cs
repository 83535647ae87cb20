using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace StepExport.Testing.GitHub;

/// <summary>The App's identity: its key, the tokens that it signs and those that it is given.</summary>
internal sealed class FakeApp : IDisposable
{
    public const long Id = 4711;
    public const string ClientId = "Iv23liStepExport";
    private const string Undecodable = "A JSON web token could not be decoded";
    private static readonly TimeSpan Drift = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan TokenLifetime = TimeSpan.FromHours(1);

    /// <summary>Every double starts with the same key: making one takes long.</summary>
    private static readonly Lazy<string> FirstKey = new(() =>
    {
        using var key = RSA.Create(2048);
        return key.ExportRSAPrivateKeyPem();
    });

    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (FakeInstallation Installation, DateTimeOffset Expires)> _tokens = [];
    private RSA _key = RSA.Create();

    public FakeApp(TimeProvider time)
    {
        _time = time;
        _key.ImportFromPem(FirstKey.Value);
    }

    /// <summary>As GitHub hands it out: PKCS#1.</summary>
    public string PrivateKeyPem
    {
        get { lock (_lock) return _key.ExportRSAPrivateKeyPem(); }
    }

    /// <summary>The old key is deleted, there is a new one.</summary>
    public void RotateKey()
    {
        lock (_lock)
        {
            _key.Dispose();
            _key = RSA.Create(2048);
        }
    }

    /// <summary>Why a JSON web token is not the App's; null when it is.</summary>
    public string? Refusal(string token)
    {
        if (token.Split('.') is not [var header, var payload, var signature]) return Undecodable;
        try
        {
            using var head = JsonDocument.Parse(Base64Url.DecodeFromChars(header));
            if (head.RootElement.GetProperty("alg").GetString() != "RS256") return Undecodable;
            var signed = Encoding.ASCII.GetBytes($"{header}.{payload}");
            lock (_lock)
            {
                if (!_key.VerifyData(signed, Base64Url.DecodeFromChars(signature), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)) return Undecodable;
            }

            using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(payload));
            return Refusal(claims.RootElement);
        }
        catch (Exception e) when (e is FormatException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return Undecodable;
        }
    }

    public (string Token, DateTimeOffset Expires) Issue(FakeInstallation installation)
    {
        var token = $"ghs_{RandomNumberGenerator.GetHexString(36)}";
        var expires = _time.GetUtcNow() + TokenLifetime;
        lock (_lock) _tokens[token] = (installation, expires);
        return (token, expires);
    }

    /// <summary>Whose token it is; null when it is unknown or has expired.</summary>
    public FakeInstallation? Holder(string token)
    {
        lock (_lock) return _tokens.TryGetValue(token, out var issued) && _time.GetUtcNow() < issued.Expires ? issued.Installation : null;
    }

    public void RevokeTokens()
    {
        lock (_lock) _tokens.Clear();
    }

    public void Dispose() => _key.Dispose();

    private string? Refusal(JsonElement claims)
    {
        var now = _time.GetUtcNow();
        var issued = DateTimeOffset.FromUnixTimeSeconds(claims.GetProperty("iat").GetInt64());
        var expires = DateTimeOffset.FromUnixTimeSeconds(claims.GetProperty("exp").GetInt64());
        var issuer = claims.GetProperty("iss").ToString();
        if (issuer != FormattableString.Invariant($"{Id}") && issuer != ClientId) return "'Issuer' claim ('iss') must be the App's id or client id";
        if (issued > now + Drift) return "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued";
        if (expires <= now) return "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires";
        return expires > now + Longest ? "'Expiration time' claim ('exp') is too far in the future" : null;
    }
}
