using Octokit;

namespace StepExport.Checks.GitHub;

/// <summary>The token of one installation of the App, fetched anew before it expires. Thread-safe.</summary>
/// <param name="app">Asks as the App.</param>
/// <param name="installation">GitHub's number of the installation.</param>
/// <param name="time">When a token ends.</param>
internal sealed class InstallationCredentials(IGitHubAppsClient app, long installation, TimeProvider time) : ICredentialStore, IDisposable
{
    private static readonly TimeSpan Spare = TimeSpan.FromMinutes(5);

    private readonly SemaphoreSlim _one = new(1, 1);
    private AccessToken? _last;

    public async Task<Credentials> GetCredentials()
    {
        await _one.WaitAsync();
        try
        {
            if (_last is null || time.GetUtcNow() > _last.ExpiresAt - Spare) _last = await app.CreateInstallationToken(installation);
            return new(_last.Token, AuthenticationType.Bearer);
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();
}
