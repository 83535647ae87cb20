using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using StepExport.Checks;
using StepExport.Checks.GitHub.Webhook;
using StepExport.Configuration;
using StepExport.Core.Checks;
using StepExport.Testing;
using StepExport.Testing.Checks;

namespace StepExport.Tests.Checks.GitHub.Webhook;

/// <summary>The listener over real HTTP in front of a real store; run 1 waits for an approval, and the clock stands still.</summary>
internal sealed class HookRig : IAsyncDisposable
{
    public const string Secret = "the-webhook-secret";
    private readonly CancellationTokenSource _stop = new();
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromMinutes(1) };
    private readonly GitHubWebhook _webhook;
    private readonly Task _run;
    private Uri _address = new("http://localhost");

    private HookRig(GitHubConfig config)
    {
        Checks.Store.Apply([SomeFinding.Failing()]);
        Checks.Store.SetRun(SomeFinding.Run(), SomeFinding.Facts());
        Checks.Time.Advance(TimeSpan.FromMinutes(1));
        Checks.Store.Reported(Checks.Store.NextReport()!, 4711);
        var approvals = new Approvals(
            Checks.Store, new() { Logins = ["jane", "joe", "octo"], Teams = ["acme/soc"] }, (_, _, login, _) => Task.FromResult(Members(login)), hasGitHub: true,
            new Logger<Approvals>(Log));
        _webhook = new(config, Checks.Store, approvals, Checks.Time, Log);
        _run = _webhook.RunAsync(_stop.Token);
    }

    public CheckRig Checks { get; } = new(settle: TimeSpan.FromSeconds(5));

    public LogLines Log { get; } = new();

    /// <summary>Whether GitHub says that a login is in acme/soc.</summary>
    public Func<string, bool> Members { get; set; } = _ => false;

    public GitHubWebhookMetrics Metrics => _webhook.Metrics;

    public Check Check => Checks.Check();

    public static GitHubConfig Config(Secret? secret = null, string appId = "42", bool everyRun = true) => new()
    {
        AppId = appId,
        PrivateKey = new("none is needed here"),
        Webhook = new() { Listen = "127.0.0.1:0", Secret = secret ?? new(Secret), EveryRun = everyRun },
    };

    public static async Task<HookRig> StartAsync(GitHubConfig? config = null)
    {
        var rig = new HookRig(config ?? Config());
        await await Task.WhenAny(rig._run, rig._webhook.Address);
        rig._address = new(await rig._webhook.Address, "/v1/github");
        return rig;
    }

    /// <summary>What GitHub delivers when somebody presses the button; change it by <paramref name="adjust"/>.</summary>
    public static string Press(string login = "jane", int revision = 1, Action<Dictionary<string, object?>>? adjust = null) => CheckRun("requested_action", body =>
    {
        body["requested_action"] = new { identifier = FormattableString.Invariant($"approve:{revision}") };
        body["sender"] = new { login, id = 1, type = "User", site_admin = false };
        adjust?.Invoke(body);
    });

    public static string CheckRun(string action, Action<Dictionary<string, object?>>? adjust = null)
    {
        var body = new Dictionary<string, object?>
        {
            ["action"] = action,
            ["check_run"] = Run(),
            ["repository"] = new { id = 186853002, name = "api", full_name = "acme/api", @private = true },
            ["sender"] = new { login = "jane", id = 1, type = "User" },
            ["installation"] = new { id = 77 },
        };
        adjust?.Invoke(body);
        return JsonSerializer.Serialize(body);
    }

    public static object Run(long app = 42, string? external = null, string? clientId = null) => new
    {
        id = 4711,
        name = "Harden-Runner",
        head_sha = SomeFinding.Facts().HeadSha,
        external_id = external ?? SomeFinding.Run().ToString(),
        status = "completed",
        conclusion = "failure",
        app = new { id = app, slug = "stepexport", client_id = clientId },
        check_suite = new { id = 118578147 },
    };

    public static string Sign(byte[] body, string secret = Secret) => "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body));

    /// <summary>Delivers as GitHub does.</summary>
    public Task<(int Status, string Body)> DeliverAsync(string body, string @event = "check_run", string secret = Secret, Action<HttpRequestMessage>? adjust = null) =>
        DeliverAsync(Encoding.UTF8.GetBytes(body), @event, secret, adjust);

    public async Task<(int Status, string Body)> DeliverAsync(byte[] body, string @event = "check_run", string secret = Secret, Action<HttpRequestMessage>? adjust = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _address) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.Add("X-GitHub-Event", @event);
        request.Headers.Add("X-GitHub-Delivery", Guid.NewGuid().ToString());
        request.Headers.Add("X-Hub-Signature-256", Sign(body, secret));
        adjust?.Invoke(request);
        using var response = await _client.SendAsync(request, TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    public async Task<int> StatusAsync(string body, string @event = "check_run", string secret = Secret, Action<HttpRequestMessage>? adjust = null) =>
        (await DeliverAsync(body, @event, secret, adjust)).Status;

    /// <summary>Waits until every press is decided, or waits for GitHub; the limit only ends a test that would hang.</summary>
    public Task DecidedAsync() => UntilAsync(() => Checks.Store.NextPress() is null);

    public async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(Hangs.After);
        while (true)
        {
            var change = Checks.Store.NextChange;
            if (condition()) return;
            // Health changes without the store
            await Task.WhenAny(change, Task.Delay(10, limit.Token));
            Assert.False(limit.IsCancellationRequested, $"did not happen: {string.Join('\n', Log.All)}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run;
        _client.Dispose();
        _stop.Dispose();
        Checks.Dispose();
    }
}
