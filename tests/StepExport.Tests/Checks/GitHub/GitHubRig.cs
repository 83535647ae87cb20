using Microsoft.Extensions.Logging;
using StepExport.Checks.GitHub;
using StepExport.Configuration;
using StepExport.Core.Checks;
using StepExport.Testing;
using StepExport.Testing.Checks;
using StepExport.Testing.GitHub;
using GitHubApi = StepExport.Checks.GitHub.GitHubApi;

namespace StepExport.Tests.Checks.GitHub;

/// <summary>A store of checks and a GitHub over real HTTP, on one clock that stands still until it is told.</summary>
internal sealed class GitHubRig : IAsyncDisposable
{
    public const string Repository = "acme/api";
    private readonly TemporaryFolder _folder = new();
    private CancellationTokenSource? _stop;
    private Task _reporting = Task.CompletedTask;

    private GitHubRig(CheckRig checks, FakeGitHub server, TimeSpan? timeout, string? appId)
    {
        (Checks, Server) = (checks, server);
        KeyFile = _folder.Write("app.pem", server.PrivateKeyPem);
        Config = new()
        {
            ApiUrl = server.Address,
            AppId = appId ?? server.AppId,
            PrivateKey = new($"${{file:{KeyFile}}}"),
            Timeout = new(timeout ?? TimeSpan.FromMinutes(1)),
            Proxy = "none",
        };
        Api = new(Config, checks.Time);
        Metrics = new(checks.Time);
    }

    public CheckRig Checks { get; }

    public FakeGitHub Server { get; }

    public string KeyFile { get; }

    public GitHubConfig Config { get; }

    public GitHubApi Api { get; }

    public GitHubMetrics Metrics { get; private set; }

    public LogLines Log { get; } = new();

    public IReadOnlyList<FakeCheckRun> Written => [.. Server.CheckRuns.Where(run => run.AppId == FakeApp.Id)];

    public static async Task<GitHubRig> StartAsync(TimeSpan? timeout = null, string? appId = null)
    {
        var checks = new CheckRig(settle: TimeSpan.FromSeconds(5));
        return new(checks, await FakeGitHub.StartAsync(checks.Time), timeout, appId);
    }

    public static long RunId(int run = 1) => long.Parse(SomeFinding.Run(run).RunId, System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>A run that GitHub knows, of a pull request, and a finding that waits in its check.</summary>
    public void Fail(int run = 1)
    {
        Server.AddRun(Repository, RunId(run), pullRequest: 100 + run, branch: FormattableString.Invariant($"feature-{run}"));
        Checks.Store.Apply([SomeFinding.Failing(run: run)]);
    }

    public Task<RunFacts> LookUpAsync(int run = 1) => Api.LookUpAsync(SomeFinding.Run(run), TestContext.Current.CancellationToken);

    /// <summary>The check as it is, looked up.</summary>
    public async Task<Check> CheckAsync(int run = 1)
    {
        if (Checks.Check(run).Run is null) Checks.Store.SetRun(SomeFinding.Run(run), await LookUpAsync(run));
        return Checks.Check(run);
    }

    public async Task<long> WriteAsync(long? known = null, int run = 1)
    {
        var check = await CheckAsync(run);
        var content = Text().Of(check, Checks.Store.Findings(check.Key), Checks.Store.History(check.Key));
        return await Api.WriteAsync(check, content, known, TestContext.Current.CancellationToken);
    }

    public static CheckRunText Text(bool hasButton = true) => new("https://checks.example.com", hasButton);

    /// <summary>Starts a reporter, as a start of the program does.</summary>
    public void Report()
    {
        (_stop, Metrics) = (new(), new(Checks.Time));
        var reporter = new CheckReporter(Checks.Store, Api, Text(), Config.Retry, Metrics, Checks.Time, new Logger<CheckReporter>(Log));
        _reporting = Task.Run(() => reporter.RunAsync(_stop.Token));
    }

    public async Task StopAsync()
    {
        if (_stop is null) return;
        await _stop.CancelAsync();
        await _reporting;
        _stop.Dispose();
        _stop = null;
    }

    /// <summary>Lets the clock run, slowly enough for HTTP, which runs on real time.</summary>
    public async Task AdvanceUntilAsync(Func<bool> condition)
    {
        using var tooLong = new CancellationTokenSource(Hangs.After);
        while (!condition())
        {
            if (_reporting.IsFaulted) await _reporting;
            Checks.Time.Advance(TimeSpan.FromMilliseconds(500));
            await Task.Delay(1, tooLong.Token);
        }
    }

    public Task UntilNothingIsDueAsync() => AdvanceUntilAsync(() => Checks.Store.NextReportAt() is null);

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Api.Dispose();
        await Server.DisposeAsync();
        Checks.Dispose();
        _folder.Dispose();
    }
}
