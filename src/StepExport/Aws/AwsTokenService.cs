using Amazon;
using Amazon.Runtime;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;

namespace StepExport.Aws;

/// <summary>Exchanges credentials or an identity provider's token for those of a role. Thread-safe.</summary>
/// <param name="endpoint">Another address than the region's; null for that.</param>
/// <param name="region">Whose token service is asked, and what the signature names.</param>
/// <param name="http">Carries the requests; the owner disposes of it.</param>
internal sealed class AwsTokenService(string? endpoint, string region, HttpClient http)
{
    public async Task<Credentials> AssumeAsync(AwsAssumeRoleConfig role, AWSCredentials own, CancellationToken cancellationToken)
    {
        using var client = Client(own);
        var answer = await client.AssumeRoleAsync(
            new()
            {
                RoleArn = role.RoleArn,
                ExternalId = role.ExternalId,
                RoleSessionName = role.SessionName,
                DurationSeconds = (int)role.Duration.Value.TotalSeconds,
            },
            cancellationToken);
        return answer.Credentials;
    }

    public async Task<Credentials> AssumeAsync(AwsWebIdentityConfig identity, CancellationToken cancellationToken)
    {
        using var client = Client(new AnonymousAWSCredentials());
        var answer = await client.AssumeRoleWithWebIdentityAsync(
            new()
            {
                RoleArn = identity.RoleArn,
                RoleSessionName = identity.SessionName,
                WebIdentityToken = await ReadTokenAsync(identity.TokenFile, cancellationToken),
                DurationSeconds = (int)identity.Duration.Value.TotalSeconds,
            },
            cancellationToken);
        return answer.Credentials;
    }

    private AmazonSecurityTokenServiceClient Client(AWSCredentials signer)
    {
        // No retries of its own: who needs the credentials comes again.
        var config = new AmazonSecurityTokenServiceConfig { HttpClientFactory = new OneHttpClient(http), MaxErrorRetry = 0, MaxStaleConnectionRetries = 0 };
        if (endpoint is not null)
            (config.ServiceURL, config.AuthenticationRegion) = (endpoint, region);
        else
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
        return new(signer, config);
    }

    private static async Task<string> ReadTokenAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            return (await System.IO.File.ReadAllTextAsync(file, cancellationToken)).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AwsCredentialsException($"webIdentity.tokenFile: {file} cannot be read: {e.Message}", e);
        }
    }
}
