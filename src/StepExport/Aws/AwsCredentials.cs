using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;
using Amazon.Runtime.Credentials;
using Amazon.SecurityToken.Model;
using StepExport.Configuration;

namespace StepExport.Aws;

/// <summary>The configured credentials: resolved at the first request, renewed before they end, and read anew after <see cref="Renew"/>,
/// as keys, tokens, profiles and roles may have changed meanwhile. Thread-safe.</summary>
/// <remarks>When there are none it throws <see cref="AwsCredentialsException"/>, and nothing else.</remarks>
internal sealed class AwsCredentials(AwsCredentialsConfig config, AwsTokenService tokenService, TimeProvider time) : AWSCredentials
{
    /// <summary>Covers the SDK's own search for an instance role as well, which takes its time where there is none.</summary>
    internal static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private Task<AWSCredentials>? _current;

    /// <summary>Forgets what was refused.</summary>
    public void Renew()
    {
        lock (_lock) _current = null;
    }

    public override ImmutableCredentials GetCredentials() => GetCredentialsAsync().GetAwaiter().GetResult();

    /// <exception cref="AwsCredentialsException">There are none; the message says why.</exception>
    public override async Task<ImmutableCredentials> GetCredentialsAsync()
    {
        try
        {
            return await ResolveAsync().WaitAsync(LongestWait, time);
        }
        catch (Exception e) when (AwsCredentialsException.Explain(e) is { } explained)
        {
            throw explained;
        }
    }

    private async Task<ImmutableCredentials> ResolveAsync() => await (await CurrentAsync()).GetCredentialsAsync();

    private Task<AWSCredentials> CurrentAsync()
    {
        lock (_lock) return _current is { IsFaulted: false } current ? current : _current = OpenAsync();
    }

    private async Task<AWSCredentials> OpenAsync()
    {
        var own = config switch
        {
            { AccessKeyId: { } id, SecretAccessKey: { } key } => Keys(id, key, config.SessionToken),
            { Profile: { } name } => Profile(name),
            { WebIdentity: { } identity } => new RoleCredentials(stop => tokenService.AssumeAsync(identity, stop), time),
            _ => await DefaultAWSCredentialsIdentityResolver.GetCredentialsAsync(),
        };
        return config.AssumeRole is { } role ? new RoleCredentials(stop => tokenService.AssumeAsync(role, own, stop), time) : own;
    }

    private static AWSCredentials Keys(Secret id, Secret key, Secret? token) => token is null
        ? new BasicAWSCredentials(Read("accessKeyId", id), Read("secretAccessKey", key))
        : new SessionAWSCredentials(Read("accessKeyId", id), Read("secretAccessKey", key), Read("sessionToken", token));

    private static string Read(string name, Secret secret)
    {
        try
        {
            // A file may be empty by now.
            return secret.Reveal().Trim() is { Length: > 0 } value ? value : throw new AwsCredentialsException($"{name}: is empty");
        }
        catch (IOException e) when (e is not AwsCredentialsException)
        {
            throw new AwsCredentialsException($"{name}: {e.Message}", e);
        }
    }

    private static AWSCredentials Profile(string name) => new CredentialProfileStoreChain().TryGetAWSCredentials(name, out var credentials)
        ? credentials
        : throw new AwsCredentialsException($"there is no profile '{name}' with credentials in the shared credentials and configuration files");

    /// <summary>Credentials of a role, fetched when needed and again before they end.</summary>
    private sealed class RoleCredentials : RefreshingAWSCredentials
    {
        private readonly Func<CancellationToken, Task<Credentials>> _assume;
        private readonly TimeProvider _time;

        public RoleCredentials(Func<CancellationToken, Task<Credentials>> assume, TimeProvider time)
        {
            (_assume, _time) = (assume, time);
            PreemptExpiryTime = TimeSpan.FromMinutes(5);
        }

        protected override CredentialsRefreshState GenerateNewCredentials() => GenerateNewCredentialsAsync().GetAwaiter().GetResult();

        protected override async Task<CredentialsRefreshState> GenerateNewCredentialsAsync()
        {
            using var enough = new CancellationTokenSource(LongestWait, _time);
            var credentials = await _assume(enough.Token);
            return new(
                new(credentials.AccessKeyId, credentials.SecretAccessKey, credentials.SessionToken),
                credentials.Expiration?.ToUniversalTime() ?? throw new AwsCredentialsException("the token service named no expiration"));
        }
    }
}
