using Microsoft.Extensions.Time.Testing;
using StepExport.Aws;
using StepExport.Testing;
using StepExport.Testing.Aws;

namespace StepExport.Tests.Aws;

public sealed class AwsCredentialsTests : IDisposable
{
    private const string Role = "arn:aws:iam::123456789012:role/lake";
    private static readonly AwsCredentialsConfig Keys = new() { AccessKeyId = new("AKID"), SecretAccessKey = new("s3cret") };

    private readonly FakeTimeProvider _time = new();
    private readonly HttpClient _http = new(new SocketsHttpHandler());
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _http.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void The_sdks_paragraphs_become_one_line() => Assert.Equal(
        "AWS credentials: none were found; no variables; no profile",
        AwsCredentialsException.Explain(new Amazon.Runtime.AmazonClientException("none were found:\n\nno variables.\r\nno profile..\n"))!.Message);

    [Fact]
    public async Task Keys_are_read_once_and_again_when_they_were_refused()
    {
        var file = _folder.Write("key", "old\n");
        var credentials = Open(new() { AccessKeyId = new(" AKID "), SecretAccessKey = new($"${{file:{file}}}"), SessionToken = new("tok") });

        var first = await credentials.GetCredentialsAsync();
        Assert.Equal(("AKID", "old", "tok"), (first.AccessKey, first.SecretKey, first.Token));
        _folder.Write("key", "new\n");
        Assert.Equal("old", (await credentials.GetCredentialsAsync()).SecretKey);
        credentials.Renew();
        Assert.Equal("new", (await credentials.GetCredentialsAsync()).SecretKey);
    }

    [Fact]
    public async Task A_role_is_assumed_once_with_external_id_and_session_name()
    {
        await using var sts = await FakeTokenService.StartAsync();
        var role = new AwsAssumeRoleConfig { RoleArn = Role, ExternalId = "ext-7", SessionName = "ci", Duration = new(TimeSpan.FromMinutes(20)) };
        var credentials = Open(Keys with { AssumeRole = role }, sts.Endpoint);

        var got = await credentials.GetCredentialsAsync();
        Assert.Equal(("ROLE1", "role-secret", "role-token-1"), (got.AccessKey, got.SecretKey, got.Token));
        Assert.Equal("ROLE1", (await credentials.GetCredentialsAsync()).AccessKey);

        var asked = Assert.Single(sts.Calls);
        var form = asked.Fields;
        Assert.Equal(("AssumeRole", Role, "ext-7", "ci", "1200"), (form["Action"], form["RoleArn"], form["ExternalId"], form["RoleSessionName"], form["DurationSeconds"]));
        Assert.Contains("Credential=AKID/", asked.Authorization, StringComparison.Ordinal);
        Assert.Contains("/eu-west-1/sts/", asked.Authorization, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_role_is_renewed_before_its_credentials_end()
    {
        await using var sts = await FakeTokenService.StartAsync();
        sts.Expiration = TimeProvider.System.GetUtcNow().AddMinutes(4);
        var credentials = Open(Keys with { AssumeRole = new() { RoleArn = Role } }, sts.Endpoint);

        Assert.Equal("ROLE1", (await credentials.GetCredentialsAsync()).AccessKey);
        await sts.NextCallAsync(Stop);
        await credentials.GetCredentialsAsync();

        Assert.Equal("AssumeRole", (await sts.NextCallAsync(Stop).AsTask().WaitAsync(Hangs.After, Stop)).Fields["Action"]);
    }

    [Fact]
    public async Task A_web_identity_is_exchanged_unsigned_and_read_anew_each_time()
    {
        await using var sts = await FakeTokenService.StartAsync();
        var credentials = Open(new() { WebIdentity = new() { TokenFile = _folder.Write("token", "first\n"), RoleArn = Role, SessionName = "pod" } }, sts.Endpoint);

        Assert.Equal("ROLE1", (await credentials.GetCredentialsAsync()).AccessKey);
        _folder.Write("token", "second");
        credentials.Renew();
        Assert.Equal("ROLE2", (await credentials.GetCredentialsAsync()).AccessKey);

        Assert.Equal(["first", "second"], sts.Calls.Select(c => c.Fields["WebIdentityToken"]));
        Assert.All(sts.Calls, c => Assert.Equal(("AssumeRoleWithWebIdentity", Role, "pod", null), (c.Fields["Action"], c.Fields["RoleArn"], c.Fields["RoleSessionName"], c.Authorization)));
    }

    [Theory]
    [InlineData(403, "AccessDenied", "User AKID is not authorized to perform: sts:AssumeRole", true)]
    [InlineData(500, "InternalFailure", "try again later", false)]
    public async Task A_refusal_is_told_in_the_services_words_and_not_retried_here(int status, string code, string message, bool needsOperator)
    {
        await using var sts = await FakeTokenService.StartAsync();
        sts.Refusal = new(status, code, message);
        var credentials = Open(Keys with { AssumeRole = new() { RoleArn = Role } }, sts.Endpoint);

        var problem = await ProblemAsync(credentials);

        Assert.Equal($"AWS credentials: the role cannot be assumed; it says: {message}", problem.Message);
        Assert.Equal(($"HTTP {status}/{code}", needsOperator), (problem.Code, problem.NeedsOperator));
        Assert.Single(sts.Calls);
        sts.Refusal = null;
        Assert.Equal("ROLE1", (await credentials.GetCredentialsAsync()).AccessKey);
    }

    [Fact]
    public async Task A_token_service_that_is_not_there_delays()
    {
        string address;
        await using (var sts = await FakeTokenService.StartAsync()) address = sts.Endpoint;

        var problem = await ProblemAsync(Open(Keys with { AssumeRole = new() { RoleArn = Role } }, address));

        Assert.StartsWith("AWS credentials: the token service: cannot connect", problem.Message, StringComparison.Ordinal);
        Assert.False(problem.NeedsOperator);
    }

    [Fact]
    public async Task A_token_service_that_hangs_is_not_waited_for()
    {
        var asked = new TaskCompletionSource();
        await using var sts = await ScriptedEndpoint.StartAsync(_ =>
        {
            asked.SetResult();
            return new TaskCompletionSource<FormReply>().Task;
        });
        var problem = ProblemAsync(Open(Keys with { AssumeRole = new() { RoleArn = Role } }, sts.Address));
        await asked.Task.WaitAsync(Hangs.After, Stop);

        _time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal("AWS credentials: none within 10 s", (await problem.WaitAsync(Hangs.After, Stop)).Message);
    }

    [Fact]
    public async Task What_is_missing_is_named_and_found_when_it_is_there()
    {
        var empty = _folder.Write("empty", "\n");
        var token = _folder.File("token");
        await using var sts = await FakeTokenService.StartAsync();
        var identity = Open(new() { WebIdentity = new() { TokenFile = token, RoleArn = Role } }, sts.Endpoint);
        var keys = Open(Keys with { SecretAccessKey = new($"${{file:{empty}}}") });

        await AssertMissingAsync(Open(new() { Profile = "nobody" }), "there is no profile 'nobody'");
        await AssertMissingAsync(Open(Keys with { SecretAccessKey = new("${file:/nowhere/key}") }), "secretAccessKey: file /nowhere/key");
        await AssertMissingAsync(keys, "secretAccessKey: is empty");
        await AssertMissingAsync(identity, $"webIdentity.tokenFile: {token} cannot be read");

        _folder.Write("empty", "key");
        _folder.Write("token", "jwt");
        Assert.Equal("key", (await keys.GetCredentialsAsync()).SecretKey);
        Assert.Equal("ROLE1", (await identity.GetCredentialsAsync()).AccessKey);
    }

    [Fact]
    public async Task The_token_service_is_reached_through_the_given_client()
    {
        using var nothing = new HttpClient(new Unreachable());
        await using var sts = await FakeTokenService.StartAsync();
        var credentials = new AwsCredentials(Keys with { AssumeRole = new() { RoleArn = Role } }, new(sts.Endpoint, "eu-west-1", nothing), _time);

        Assert.EndsWith("by this client", (await ProblemAsync(credentials)).Message, StringComparison.Ordinal);
        Assert.Empty(sts.Calls);
    }

    private static async Task AssertMissingAsync(AwsCredentials credentials, string words)
    {
        var problem = await ProblemAsync(credentials);
        Assert.StartsWith($"AWS credentials: {words}", problem.Message, StringComparison.Ordinal);
        Assert.True(problem.NeedsOperator);
    }

    private static Task<AwsCredentialsException> ProblemAsync(AwsCredentials credentials) =>
        Assert.ThrowsAsync<AwsCredentialsException>(credentials.GetCredentialsAsync);

    private AwsCredentials Open(AwsCredentialsConfig config, string? sts = null) => new(config, new(sts, "eu-west-1", _http), _time);

    private sealed class Unreachable : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            throw new HttpRequestException("not by this client");
    }
}
