using StepExport.Testing.GitHub;

namespace StepExport.Tests.Checks.GitHub;

public sealed class ClientCredentialsTests
{
    [Fact]
    public async Task A_token_is_used_until_shortly_before_it_expires()
    {
        await using var rig = await StartAsync();
        await rig.LookUpAsync();
        rig.Checks.Time.Advance(TimeSpan.FromMinutes(54));
        await rig.LookUpAsync();
        Assert.Equal(1, Tokens(rig));

        rig.Checks.Time.Advance(TimeSpan.FromMinutes(2));
        await rig.LookUpAsync();

        Assert.Equal(2, Tokens(rig));
    }

    [Fact]
    public async Task A_revoked_token_costs_one_failure()
    {
        await using var rig = await StartAsync();
        await rig.LookUpAsync();
        rig.Server.RevokeTokens();

        await RefusedAsync(rig);
        await rig.LookUpAsync();

        Assert.Equal(2, Tokens(rig));
    }

    [Fact]
    public async Task A_new_private_key_is_read_from_its_file()
    {
        await using var rig = await StartAsync();
        await rig.LookUpAsync();
        rig.Server.RotateKey();
        rig.Server.RevokeTokens();
        await RefusedAsync(rig);
        await RefusedAsync(rig);

        await File.WriteAllTextAsync(rig.KeyFile, rig.Server.PrivateKeyPem, TestContext.Current.CancellationToken);
        await rig.LookUpAsync();

        Assert.Equal(2, rig.Server.Requests.Count(r => r.Credential == FakeGitHubCredential.Installation && r.Path.Contains("/pulls", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("none")]
    [InlineData("-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n")]
    public async Task A_private_key_that_is_none_is_named(string pem)
    {
        await using var rig = await StartAsync();
        await File.WriteAllTextAsync(rig.KeyFile, pem, TestContext.Current.CancellationToken);

        var e = await Assert.ThrowsAnyAsync<IOException>(() => rig.LookUpAsync());

        Assert.Contains("checks.gitHub.privateKey", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("AAAA", e.ToString(), StringComparison.Ordinal);
        Assert.Empty(rig.Server.Requests);
    }

    private static async Task<GitHubRig> StartAsync()
    {
        var rig = await GitHubRig.StartAsync();
        rig.Server.AddRun(GitHubRig.Repository, GitHubRig.RunId(), pullRequest: 7);
        return rig;
    }

    private static async Task RefusedAsync(GitHubRig rig)
    {
        var e = await Assert.ThrowsAsync<StepExport.Checks.GitHub.GitHubTroubleException>(() => rig.LookUpAsync());
        Assert.Equal(StepExport.Checks.GitHub.GitHubTrouble.NeedsOperator, e.Kind);
    }

    private static int Tokens(GitHubRig rig) => rig.Server.Requests.Count(r => r.Path.EndsWith("/access_tokens", StringComparison.Ordinal));
}
