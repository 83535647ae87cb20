using System.Text;
using Microsoft.Extensions.Time.Testing;
using StepExport.Kafka.Auth;
using StepExport.Testing;

namespace StepExport.Tests.Kafka.Auth;

public sealed class OidcTokensTests
{
    private const string Secret = "p:ä s&ss/w+rd";

    /// <summary><c>{"sub":"soc","exp":1795329200}</c>, which is 2026-11-22T06:33:20Z.</summary>
    private const string Jwt = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJzb2MiLCJleHAiOjE3OTUzMjkyMDB9.c2ln";

    private readonly FakeTimeProvider _time = new(new(2026, 11, 22, 5, 0, 0, TimeSpan.Zero));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Asks_with_client_credentials_in_the_header()
    {
        await using var endpoint = await ScriptedEndpoint.StartAsync(Token("abc"));
        using var tokens = Tokens(endpoint);

        await tokens.GetAsync(Stop);

        var request = Assert.Single(endpoint.Received);
        Assert.Equal("/token", request.Path);
        Assert.Equal(new Dictionary<string, string> { ["grant_type"] = "client_credentials" }, request.Fields);
        Assert.Equal("the+client:p%3A%C3%A4+s%26ss%2Fw%2Brd", Encoding.ASCII.GetString(Convert.FromBase64String(request.Authorization!["Basic ".Length..])));
    }

    [Fact]
    public async Task Asks_with_client_credentials_in_the_form_when_told_so()
    {
        await using var endpoint = await ScriptedEndpoint.StartAsync(Token("abc"));
        using var tokens = Tokens(endpoint, c => c with { ClientAuthentication = "post", Scope = "kafka.write kafka.read", Audience = "kafka" });

        await tokens.GetAsync(Stop);

        var request = Assert.Single(endpoint.Received);
        Assert.Null(request.Authorization);
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["grant_type"] = "client_credentials",
                ["scope"] = "kafka.write kafka.read",
                ["audience"] = "kafka",
                ["client_id"] = "the client",
                ["client_secret"] = Secret,
            },
            request.Fields);
    }

    [Fact]
    public async Task A_rotated_secret_is_used_for_the_next_token()
    {
        using var folder = new TemporaryFolder();
        await using var endpoint = await ScriptedEndpoint.StartAsync(Token("abc"));
        using var tokens = Tokens(endpoint, c => c with { ClientAuthentication = "post", ClientSecret = new($"${{file:{folder.Write("secret", "old")}}}") });

        await tokens.GetAsync(Stop);
        folder.Write("secret", "new");
        await tokens.GetAsync(Stop);

        Assert.Equal(["old", "new"], endpoint.Received.Select(r => r.Fields["client_secret"]));
    }

    [Theory]
    [InlineData("abc", "3600", 3600, "the client")]
    [InlineData("abc", "\"3600\"", 3600, "the client")]
    [InlineData("abc", "59.5", 59.5, "the client")]
    [InlineData("abc", "1e300", 365 * 86400.0, "the client")]
    [InlineData(Jwt, "3600", 3600, "soc")]
    [InlineData(Jwt, "null", 5600, "soc")]
    [InlineData(Jwt, null, 5600, "soc")]
    [InlineData("abc", null, 300, "the client")]
    [InlineData("a.b.c", null, 300, "the client")]
    [InlineData("e30.W10.e30", "\"soon\"", 300, "the client")]
    public async Task Knows_how_long_the_token_is_good_and_whose_it_is(string token, string? expiresIn, double seconds, string principal)
    {
        await using var endpoint = await ScriptedEndpoint.StartAsync(Token(token, expiresIn));
        using var tokens = Tokens(endpoint);

        var got = await tokens.GetAsync(Stop);

        Assert.Equal((token, _time.GetUtcNow().AddSeconds(seconds), principal), (got.Value, got.Expires, got.Principal));
        Assert.DoesNotContain(token, got.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(400, """{"error":"invalid_scope","error_description":"no such scope"}""", "400 invalid_scope: no such scope")]
    [InlineData(401, """{"error":"invalid_client"}""", "401 invalid_client")]
    [InlineData(401, "", "401")]
    [InlineData(403, "<html>\u0007Forbidden\r\nby a proxy</html>", "403 <html> Forbidden  by a proxy</html>")]
    [InlineData(500, """{"message":"boom"}""", """500 {"message":"boom"}""")]
    [InlineData(400, """{"error":"\ud800"}""", """400 {"error":"\ud800"}""")]
    [InlineData(302, "", "302, a redirect, which the secret does not follow; name the final address")]
    [InlineData(200, "<html>login</html>", "200, but the answer is not JSON: <html>login</html>")]
    [InlineData(200, "[]", "200, but the answer is not JSON: []")]
    [InlineData(200, """{"token":"abc"}""", "200, but the answer has no access_token")]
    [InlineData(200, """{"access_token":7}""", "200, but the answer has no access_token")]
    [InlineData(200, """{"access_token":""}""", "200, but the answer has no access_token")]
    [InlineData(200, """{"access_token":"a\u0001b"}""", "200, but the access_token has characters that no token has")]
    [InlineData(200, """{"access_token":"abc","expires_in":0}""", "the token expired at 2026-11-22 05:00:00Z; are the clocks right?")]
    public async Task Any_other_answer_is_told_shortly(int status, string body, string message)
    {
        await using var endpoint = await ScriptedEndpoint.StartAsync(new FormReply(status, body, Location: "https://elsewhere.example.com/?x=1"));
        using var tokens = Tokens(endpoint);

        var problem = await Assert.ThrowsAsync<IOException>(() => tokens.GetAsync(Stop));

        Assert.Equal($"token endpoint {endpoint.Address}/token: {message}", problem.Message);
        Assert.Single(endpoint.Received);
    }

    [Theory]
    [InlineData("basic")]
    [InlineData("post")]
    public async Task A_secret_that_the_endpoint_repeats_is_not_passed_on(string authentication)
    {
        var echo = $"bad secret {Secret} (client_secret={System.Net.WebUtility.UrlEncode(Secret)}) {new string('x', 500)}";
        await using var endpoint = await ScriptedEndpoint.StartAsync(new FormReply(400, echo, "text/plain"));
        using var tokens = Tokens(endpoint, c => c with { ClientAuthentication = authentication });

        var problem = await Assert.ThrowsAsync<IOException>(() => tokens.GetAsync(Stop));

        Assert.Contains("400 bad secret *** (client_secret=***) xxx", problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("ss/w", problem.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("w%2Brd", problem.ToString(), StringComparison.Ordinal);
        Assert.InRange(problem.Message.Length, 200, 300);
    }

    [Fact]
    public async Task An_endpoint_that_does_not_answer_is_given_up()
    {
        var asked = new TaskCompletionSource();
        await using var endpoint = await ScriptedEndpoint.StartAsync(_ =>
        {
            asked.SetResult();
            return new TaskCompletionSource<FormReply>().Task;
        });
        using var tokens = Tokens(endpoint, c => c with { Timeout = new(TimeSpan.FromMinutes(1)) });

        var waiting = tokens.GetAsync(Stop);
        await asked.Task;
        _time.Advance(TimeSpan.FromMinutes(1));
        var problem = await Assert.ThrowsAsync<IOException>(() => waiting.WaitAsync(Hangs.After, Stop));

        Assert.Equal($"token endpoint {endpoint.Address}/token: no answer within 1m", problem.Message);
    }

    [Fact]
    public async Task An_endpoint_that_is_not_there_is_named()
    {
        string address;
        await using (var endpoint = await ScriptedEndpoint.StartAsync(Token("abc"))) address = endpoint.Address;
        using var tokens = new OidcTokens(new() { TokenEndpoint = $"{address}/token?tenant=1", ClientId = "c", ClientSecret = new("s") }, _time);

        var problem = await Assert.ThrowsAsync<IOException>(() => tokens.GetAsync(Stop));

        Assert.StartsWith($"token endpoint {address}/token: cannot connect", problem.Message, StringComparison.Ordinal);
    }

    private static FormReply Token(string token, string? expiresIn = "600") =>
        new(200, $$"""{"access_token":"{{token}}","token_type":"Bearer"{{(expiresIn is null ? "" : $",\"expires_in\":{expiresIn}")}}}""");

    private OidcTokens Tokens(ScriptedEndpoint endpoint, Func<KafkaOidcConfig, KafkaOidcConfig>? with = null)
    {
        var config = new KafkaOidcConfig { TokenEndpoint = endpoint.Address + "/token", ClientId = "the client", ClientSecret = new(Secret) };
        return new(with is null ? config : with(config), _time);
    }
}
