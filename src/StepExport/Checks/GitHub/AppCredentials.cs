using System.Security.Cryptography;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Octokit;
using StepExport.Configuration;

namespace StepExport.Checks.GitHub;

/// <summary>Proves to GitHub that the program is the App: a JWT (RS256), made anew before it expires.</summary>
/// <remarks>https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app</remarks>
internal sealed class AppCredentials(string appId, Secret privateKey, TimeProvider time) : ICredentialStore
{
    /// <summary>GitHub takes ten minutes at most; clocks differ.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(8);
    private static readonly TimeSpan Drift = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Spare = TimeSpan.FromMinutes(2);

    private readonly Lock _lock = new();
    private Credentials? _last;
    private DateTimeOffset _expires;

    /// <exception cref="IOException">The private key cannot be read, or is none.</exception>
    public Task<Credentials> GetCredentials()
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            if (_last is null || now > _expires - Spare) (_last, _expires) = (new(Sign(now), AuthenticationType.Bearer), now + Lifetime);
            return Task.FromResult(_last);
        }
    }

    /// <summary>GitHub did not take it: the key is read again for the next one.</summary>
    public void Forget()
    {
        lock (_lock) _last = null;
    }

    private string Sign(DateTimeOffset now)
    {
        using var rsa = RSA.Create();
        try
        {
            rsa.ImportFromPem(privateKey.Reveal());
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            throw new IOException("checks.gitHub.privateKey is no RSA private key in PEM; write ${file:PATH} with the .pem file that GitHub gave for the App", e);
        }

        var key = new RsaSecurityKey(rsa) { CryptoProviderFactory = new() { CacheSignatureProviders = false } };
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = appId,
            IssuedAt = (now - Drift).UtcDateTime,
            Expires = (now + Lifetime).UtcDateTime,
            SigningCredentials = new(key, SecurityAlgorithms.RsaSha256),
        });
    }
}
