using StepExport.Testing.GitHub;

namespace StepExport.Tests.Checks.GitHub;

public sealed class ClientTeamTests
{
    [Theory]
    [InlineData("jane", true)]
    [InlineData("JANE", true)]
    [InlineData("invited", false)]
    [InlineData("mallory", false)]
    public async Task Only_who_is_in_a_team_is_a_member(string login, bool expected)
    {
        await using var rig = await GitHubRig.StartAsync();
        rig.Server.AddTeam(new FakeTeam(5, "acme", "soc", ["jane"]) { Invited = ["invited"] });

        Assert.Equal(expected, await AskAsync(rig, login));
    }

    [Fact]
    public async Task No_answer_is_no_membership_and_no_refusal()
    {
        await using var rig = await GitHubRig.StartAsync();
        rig.Server.AddTeam("acme/soc", "jane");
        Assert.True(await AskAsync(rig, "jane"));
        await rig.Server.StopAsync();

        var e = await Assert.ThrowsAnyAsync<IOException>(() => AskAsync(rig, "jane"));

        Assert.Contains("asking whether jane is in acme/soc", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(404, false)]
    [InlineData(403, true)]
    [InlineData(500, true)]
    public async Task A_team_that_cannot_be_asked_is_an_error(int status, bool exists)
    {
        await using var rig = await GitHubRig.StartAsync();
        if (exists) rig.Server.AddTeam("acme/soc", "jane");
        else rig.Server.Installation("acme");
        rig.Server.Fault = request => status != 404 && request.Path.Contains("/memberships/", StringComparison.Ordinal) ? FakeGitHubFault.Answer(status) : null;

        var e = await Assert.ThrowsAnyAsync<IOException>(() => AskAsync(rig, "jane"));

        Assert.Contains($"GitHub answers {status}", e.Message, StringComparison.Ordinal);
    }

    private static Task<bool> AskAsync(GitHubRig rig, string login) => rig.Api.IsMemberAsync("acme", "soc", login, TestContext.Current.CancellationToken);
}
