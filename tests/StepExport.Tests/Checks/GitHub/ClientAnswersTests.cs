using StepExport.Checks.GitHub;
using StepExport.Testing.GitHub;

namespace StepExport.Tests.Checks.GitHub;

/// <summary>What each answer of GitHub means, as the client meets it.</summary>
public sealed class ClientAnswersTests
{
    private const string Secondary = """{"message":"You have exceeded a secondary rate limit."}""";
    private static readonly Dictionary<string, string> None = [];

    public static TheoryData<string, FakeAnswer, string, int?> Rows => new()
    {
        { "no longer the App", new(401), nameof(GitHubTrouble.NeedsOperator), null },
        { "no permission", new(403, """{"message":"Resource not accessible by integration"}"""), nameof(GitHubTrouble.NeedsOperator), null },
        { "secondary limit", new(403, Secondary, "retry-after", "7"), nameof(GitHubTrouble.Pause), 7 },
        { "secondary limit that does not say how long", new(403, Secondary), nameof(GitHubTrouble.Pause), 60 },
        { "too many", new(429, "{}", "retry-after", "90"), nameof(GitHubTrouble.Pause), 90 },
        { "too many, without more", new(429), nameof(GitHubTrouble.Pause), 60 },
        { "too many, until a date", new(429, "{}", "retry-after", "Wed, 22 Jul 2026 19:00:00 GMT"), nameof(GitHubTrouble.Pause), 60 },
        { "not found", new(404), nameof(GitHubTrouble.ThisOne), null },
        { "gone", new(410), nameof(GitHubTrouble.ThisOne), null },
        { "not understood", new(422), nameof(GitHubTrouble.ThisOne), null },
        { "broken", new(500), nameof(GitHubTrouble.Away), null },
        { "maintenance", new(503, "{}", "retry-after", "30"), nameof(GitHubTrouble.Away), 30 },
        { "broken gateway", new(502, "<html>bad gateway</html>", "content-type", "text/html"), nameof(GitHubTrouble.Away), null },
        { "a page of somebody else", new(200, "<html>sign in</html>", "content-type", "text/html"), nameof(GitHubTrouble.Away), null },
        { "no JSON", new(200, "<html>sign in</html>"), nameof(GitHubTrouble.Away), null },
        { "other JSON", new(200, "[1]"), nameof(GitHubTrouble.Away), null },
        { "cut off", new(200, "{", "content-length", "1000"), nameof(GitHubTrouble.Away), null },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task An_answer_means(string _, FakeAnswer answer, string kind, int? wait)
    {
        await using var rig = await StartAsync(new()
        {
            Status = answer.Status,
            Body = answer.Body,
            Headers = answer.Header is null ? None : new() { [answer.Header] = answer.Value! },
        });

        var e = await Assert.ThrowsAsync<GitHubTroubleException>(() => rig.LookUpAsync());

        Assert.Equal((kind, wait), ($"{e.Kind}", (int?)e.Wait?.TotalSeconds));
        Assert.StartsWith("looking up run acme/api/", e.Message, StringComparison.Ordinal);
        Assert.Single(rig.Server.Faults);
    }

    [Fact]
    public async Task The_limit_of_an_hour_holds_until_its_reset()
    {
        await using var rig = await StartAsync(null);
        rig.Server.RateLimit(0, rig.Checks.Time.GetUtcNow().AddMinutes(10));

        var e = await Assert.ThrowsAsync<GitHubTroubleException>(() => rig.LookUpAsync());

        Assert.Equal((GitHubTrouble.Pause, TimeSpan.FromSeconds(601)), (e.Kind, e.Wait));
    }

    [Fact]
    public async Task A_closed_connection_is_no_answer()
    {
        await using var rig = await StartAsync(new() { Close = true });

        var e = await Assert.ThrowsAsync<GitHubTroubleException>(() => rig.LookUpAsync());

        Assert.Equal((GitHubTrouble.Away, null), (e.Kind, e.Wait));
        Assert.Contains("GitHub does not answer", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_does_not_come_is_given_up()
    {
        await using var rig = await StartAsync(new() { Until = new TaskCompletionSource().Task }, TimeSpan.FromSeconds(1));

        var e = await Assert.ThrowsAsync<GitHubTroubleException>(() => rig.LookUpAsync());

        Assert.Equal(GitHubTrouble.Away, e.Kind);
        Assert.Contains("no answer in time", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stop_does_not_wait_for_an_answer()
    {
        await using var rig = await StartAsync(new() { Until = new TaskCompletionSource().Task });
        using var stop = new CancellationTokenSource();

        var asking = rig.Api.LookUpAsync(StepExport.Testing.Checks.SomeFinding.Run(), stop.Token);
        await StepExport.Testing.Delivery.RunnerRig.UntilAsync(() => rig.Server.Faults.Count > 0);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
    }

    private static async Task<GitHubRig> StartAsync(FakeGitHubFault? fault, TimeSpan? timeout = null)
    {
        var rig = await GitHubRig.StartAsync(timeout);
        rig.Server.AddRun(GitHubRig.Repository, GitHubRig.RunId(), pullRequest: 7);
        rig.Server.Fault = request => request.Path.Contains("/actions/runs/", StringComparison.Ordinal) ? fault : null;
        return rig;
    }

    public sealed record FakeAnswer(int Status, string Body = """{"message":"no"}""", string? Header = null, string? Value = null);
}
