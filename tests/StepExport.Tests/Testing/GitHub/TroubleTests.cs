using System.Net;
using StepExport.Testing.GitHub;

namespace StepExport.Tests.Testing.GitHub;

/// <summary>The double fails as GitHub does.</summary>
public sealed class TroubleTests
{
    private const string Run = "/repos/acme/api/actions/runs/123";

    [Fact]
    public async Task Answers_403_at_the_rate_limit_until_its_reset()
    {
        await using var talk = await GitHubConversation.StartAsync();
        var token = await talk.TokenAsync();
        var reset = talk.Time.GetUtcNow().AddSeconds(90);
        talk.GitHub.RateLimit(1, reset);

        Assert.Equal(200, (await talk.AskAsync("GET", Run, token)).Status);
        using var refused = await talk.SendAsync("GET", Run, token);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Equal("0", Assert.Single(refused.Headers.GetValues("x-ratelimit-remaining")));
        Assert.Equal(FormattableString.Invariant($"{reset.ToUnixTimeSeconds()}"), Assert.Single(refused.Headers.GetValues("x-ratelimit-reset")));
        talk.Time.Advance(TimeSpan.FromSeconds(90));
        Assert.Equal(200, (await talk.AskAsync("GET", Run, token)).Status);
    }

    [Fact]
    public async Task Answers_a_secondary_limit_with_a_wait()
    {
        await using var talk = await GitHubConversation.StartAsync();
        var token = await talk.TokenAsync();
        talk.GitHub.SecondaryLimit(429, TimeSpan.FromSeconds(30));

        using var refused = await talk.SendAsync("GET", Run, token);
        Assert.Equal((429, TimeSpan.FromSeconds(30)), ((int)refused.StatusCode, refused.Headers.RetryAfter!.Delta));
        Assert.Equal(200, (await talk.AskAsync("GET", Run, token)).Status);
    }

    [Fact]
    public async Task A_lost_answer_leaves_what_was_asked_for_done()
    {
        await using var talk = await GitHubConversation.StartAsync();
        var token = await talk.TokenAsync();
        talk.GitHub.Fault = _ => new() { Done = true, Close = true };

        await Assert.ThrowsAsync<HttpRequestException>(() =>
            talk.AskAsync("POST", "/repos/acme/api/check-runs", token, new { name = "Harden-Runner", head_sha = GitHubConversation.Sha }));
        Assert.Single(talk.GitHub.CheckRuns);
    }

    [Fact]
    public async Task Plays_a_status_and_holds_an_answer()
    {
        await using var talk = await GitHubConversation.StartAsync();
        var token = await talk.TokenAsync();
        talk.GitHub.Fault = _ => FakeGitHubFault.Answer(502);
        Assert.Equal(502, (await talk.AskAsync("GET", Run, token)).Status);

        var (reached, gate) = (new TaskCompletionSource(), new TaskCompletionSource());
        talk.GitHub.Fault = _ =>
        {
            reached.SetResult();
            return new() { Until = gate.Task };
        };
        var asked = talk.AskAsync("GET", Run, token);
        await reached.Task;
        Assert.False(asked.IsCompleted);
        gate.SetResult();
        Assert.Equal(200, (await asked).Status);
    }

    [Fact]
    public async Task Is_down_and_comes_back_at_the_same_address_with_everything()
    {
        await using var talk = await GitHubConversation.StartAsync();
        var token = await talk.TokenAsync();

        await talk.GitHub.StopAsync();
        var down = await Assert.ThrowsAsync<HttpRequestException>(() => talk.AskAsync("GET", Run, token));
        Assert.Equal(HttpRequestError.ConnectionError, down.HttpRequestError);
        await talk.GitHub.StartAgainAsync();
        Assert.Equal(200, (await talk.AskAsync("GET", Run, token)).Status);
    }

    [Fact]
    public async Task Keeps_what_it_was_asked()
    {
        await using var talk = await GitHubConversation.StartAsync();
        var token = await talk.TokenAsync();
        await talk.AskAsync("GET", $"{Run}?x=1", token);

        Assert.Equal([FakeGitHubCredential.App, FakeGitHubCredential.App, FakeGitHubCredential.Installation], talk.GitHub.Requests.Select(r => r.Credential));
        Assert.Equal(("GET", Run, "1"), (talk.GitHub.Requests[2].Method, talk.GitHub.Requests[2].Path, talk.GitHub.Requests[2]["x"]));
        Assert.Equal(1, talk.GitHub.Peak);
    }
}
