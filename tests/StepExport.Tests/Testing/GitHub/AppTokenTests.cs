using System.Security.Cryptography;
using StepExport.Testing.GitHub;

namespace StepExport.Tests.Testing.GitHub;

/// <summary>Who gets in at the double, and who does not.</summary>
public sealed class AppTokenTests
{
    [Theory]
    [InlineData("the App's number", 200)]
    [InlineData("the App's client id", 200)]
    [InlineData("ten minutes, the longest", 200)]
    [InlineData("a clock a minute ahead", 200)]
    [InlineData("expired", 401)]
    [InlineData("valid for too long", 401)]
    [InlineData("a clock too far ahead", 401)]
    [InlineData("another App", 401)]
    [InlineData("another key", 401)]
    [InlineData("algorithm none", 401)]
    [InlineData("algorithm HS256 with the key as its secret", 401)]
    [InlineData("another algorithm in the header than the signature's", 401)]
    [InlineData("a changed claim", 401)]
    [InlineData("no token at all", 401)]
    public async Task Only_what_the_App_signed_a_short_time_ago_is_its_token(string what, int expected)
    {
        await using var talk = await GitHubConversation.StartAsync();
        using var other = RSA.Create(2048);
        var token = what switch
        {
            "the App's client id" => talk.Jwt(FakeGitHub.ClientId),
            "ten minutes, the longest" => talk.Jwt(exp: 600),
            "a clock a minute ahead" => talk.Jwt(iat: 60),
            "expired" => talk.Jwt(exp: 0),
            "valid for too long" => talk.Jwt(exp: 601),
            "a clock too far ahead" => talk.Jwt(iat: 61),
            "another App" => talk.Jwt("4712"),
            "another key" => talk.Jwt(pem: other.ExportRSAPrivateKeyPem()),
            "algorithm none" => talk.Jwt(alg: "none"),
            "algorithm HS256 with the key as its secret" => talk.Jwt(alg: "HS256"),
            "another algorithm in the header than the signature's" => talk.Jwt(alg: "RS512"),
            "a changed claim" => string.Join('.', talk.Jwt().Split('.')[0], talk.Jwt(exp: 500).Split('.')[1], talk.Jwt().Split('.')[2]),
            "no token at all" => "x",
            _ => talk.Jwt(),
        };

        Assert.Equal(expected, (await talk.AskAsync("GET", "/app", token)).Status);
    }

    [Fact]
    public async Task A_rotated_key_is_refused()
    {
        await using var talk = await GitHubConversation.StartAsync();
        var old = talk.Jwt();
        talk.GitHub.RotateKey();

        Assert.Equal(401, (await talk.AskAsync("GET", "/app", old)).Status);
        Assert.Equal(200, (await talk.AskAsync("GET", "/app", talk.Jwt())).Status);
    }

    [Fact]
    public async Task An_installation_token_lasts_an_hour_or_until_it_is_revoked()
    {
        await using var talk = await GitHubConversation.StartAsync();
        var token = await talk.TokenAsync();
        Assert.Equal(200, (await talk.AskAsync("GET", "/repos/acme/api/actions/runs/123", token)).Status);

        talk.Time.Advance(TimeSpan.FromMinutes(60));
        var (status, body) = await talk.AskAsync("GET", "/repos/acme/api/actions/runs/123", token);
        Assert.Equal((401, "Bad credentials"), (status, body.GetProperty("message").GetString()));

        token = await talk.TokenAsync();
        talk.GitHub.RevokeTokens();
        Assert.Equal(401, (await talk.AskAsync("GET", "/repos/acme/api/actions/runs/123", token)).Status);
    }

    [Fact]
    public async Task Neither_kind_of_token_stands_for_the_other()
    {
        await using var talk = await GitHubConversation.StartAsync();

        Assert.Equal(401, (await talk.AskAsync("GET", "/repos/acme/api/actions/runs/123", talk.Jwt())).Status);
        Assert.Equal(401, (await talk.AskAsync("GET", "/app", await talk.TokenAsync())).Status);
    }

    [Theory]
    [InlineData("checks:write", "POST", "/repos/acme/api/check-runs")]
    [InlineData("actions:read", "GET", "/repos/acme/api/actions/runs/123")]
    [InlineData("pull_requests:read", "GET", $"/repos/acme/api/commits/{GitHubConversation.Sha}/pulls")]
    [InlineData("members:read", "GET", "/orgs/acme/teams/security/memberships/jane")]
    public async Task A_permission_that_was_not_granted_is_missing(string permission, string method, string path)
    {
        await using var talk = await GitHubConversation.StartAsync();
        talk.GitHub.AddTeam("acme/security", "jane");
        var token = await talk.TokenAsync();
        var body = method == "POST" ? new { name = "x", head_sha = GitHubConversation.Sha } : null;
        Assert.InRange((await talk.AskAsync(method, path, token, body)).Status, 200, 201);

        var installation = talk.GitHub.Installation("acme");
        installation.Permissions = installation.Permissions.Remove(permission);

        var (status, answer) = await talk.AskAsync(method, path, token, body);
        Assert.Equal((403, "Resource not accessible by integration"), (status, answer.GetProperty("message").GetString()));
    }

    [Fact]
    public async Task Repositories_and_teams_of_others_are_not_found()
    {
        await using var talk = await GitHubConversation.StartAsync();
        talk.GitHub.AddRun("other/api", 5);
        talk.GitHub.AddTeam("other/security", "jane");
        var token = await talk.TokenAsync();

        Assert.Equal(404, (await talk.AskAsync("GET", "/repos/other/api/actions/runs/5", token)).Status);
        Assert.Equal(404, (await talk.AskAsync("GET", "/orgs/other/teams/security/memberships/jane", token)).Status);
        Assert.Equal(404, (await talk.AskAsync("GET", "/repos/acme/web/installation", talk.Jwt())).Status);
    }
}
