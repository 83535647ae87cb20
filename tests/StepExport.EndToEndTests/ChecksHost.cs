using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using StepExport.Testing;
using StepExport.Testing.GitHub;

namespace StepExport.EndToEndTests;

/// <summary>The real program with checks, between a file of detections that grows and a GitHub double.</summary>
internal sealed class ChecksHost : IAsyncDisposable
{
    public const string Repository = "acme/api";
    public const string JanesToken = "janes-token-0123456789abcdef";
    public const string BensToken = "bens-token-0123456789abcdef";
    private const string WebhookSecret = "webhook-secret-0123456789abcdef";

    private readonly TemporaryFolder _folder;
    private readonly string _config;
    private ProgramUnderTest _program;
    private int _detections;

    private ChecksHost(FakeGitHub gitHub, TemporaryFolder folder, string config, Uri pages)
    {
        (GitHub, _folder, _config, Pages) = (gitHub, folder, config, pages);
        _program = ProgramUnderTest.Start(folder.Path, "run", "-c", config);
    }

    public FakeGitHub GitHub { get; }

    /// <summary>The admin listener.</summary>
    public Uri Pages { get; }

    public string Archive => _folder.File("archive.ndjson");

    public string Errors => _program.Errors;

    /// <param name="approvers">What stands in the braces of <c>approvers</c>.</param>
    public static async Task<ChecksHost> StartAsync(string approvers = "logins: [jane]")
    {
        var folder = new TemporaryFolder();
        var gitHub = await FakeGitHub.StartAsync();
        var (admin, webhook) = (FreePort(), FreePort());
        folder.Write("app.pem", gitHub.PrivateKeyPem);
        gitHub.WebhookSecret = WebhookSecret;
        gitHub.WebhookUrl = FormattableString.Invariant($"http://127.0.0.1:{webhook}/v1/github");
        folder.Write("detections.ndjson", "");
        var config = folder.Write("stepexport.yaml", $$"""
            dataDir: data
            admin: { listen: "127.0.0.1:{{admin}}" }
            sources:
              detections: { type: file, path: detections.ndjson, follow: true }
            sinks:
              archive: { type: file, path: archive.ndjson, batch: { maxAge: 50ms } }
            checks:
              publicUrl: http://127.0.0.1:{{admin}}
              rules: { expected: [{ repos: ["acme/*"], endpoints: ["*.docker.io:443"] }] }
              approvers: { {{approvers}} }
              signIn: { operators: { jane: { token: {{JanesToken}} }, ben: { token: {{BensToken}} } } }
              gitHub:
                apiUrl: {{gitHub.Address}}
                appId: "{{gitHub.AppId}}"
                privateKey: "${file:app.pem}"
                settle: 200ms
                retry: { initial: 50ms, max: 500ms }
                webhook: { listen: "127.0.0.1:{{webhook}}", secret: {{WebhookSecret}} }
            """);
        return new(gitHub, folder, config, new Uri(FormattableString.Invariant($"http://127.0.0.1:{admin}")));
    }

    /// <summary>A call to an endpoint that nobody expected, in a run that GitHub knows.</summary>
    public void Detect(long run, string endpoint = "evil.example.com:443", string job = "build", string repository = Repository)
    {
        var number = ++_detections;
        var parts = repository.Split('/');
        File.AppendAllText(_folder.File("detections.ndjson"), JsonSerializer.Serialize(new
        {
            id = "New-Outbound-Network-Call",
            name = "New Outbound Network Call",
            owner = parts[0],
            repo = parts[1],
            owner_repo = repository,
            workflow_path = ".github/workflows/ci.yml",
            run_id = run.ToString(CultureInfo.InvariantCulture),
            job_id = FormattableString.Invariant($"{number}"),
            job,
            endpoint,
            timestamp = "1753204032",
            detection = FormattableString.Invariant($"New-Outbound-Network-Call-{endpoint}-{number}"),
        }) + "\n");
    }

    /// <summary>Waits for the check run of a workflow run to be so.</summary>
    public async Task<FakeCheckRun> CheckRunAsync(long run, Func<FakeCheckRun, bool> isSo, string what)
    {
        FakeCheckRun? found = null;
        Assert.False(_program.HasExited, Errors);
        await Eventually.TrueAsync(
            () => Task.FromResult(!_program.HasExited && (found = GitHub.CheckRuns.LastOrDefault(c => c.ExternalId == $"{Repository}/{run}")) is { } there && isSo(there)),
            () => $"{what}; GitHub was asked for {string.Join(", ", GitHub.Requests.Select(r => $"{r.Method} {r.Path}"))}; the program says:\n{Errors}");
        return found!;
    }

    /// <summary>The events about one run in the archive.</summary>
    public List<JsonElement> Events(long run) => [.. File.ReadLines(Archive).Select(line => JsonDocument.Parse(line).RootElement)
        .Where(e => e.GetProperty("metadata").TryGetProperty("correlation_uid", out var uid) && uid.GetString() == $"github/{Repository}/runs/{run}")];

    public async Task KillAsync() => await _program.KillAsync();

    public void StartAgain() => _program = ProgramUnderTest.Start(_folder.Path, "run", "-c", _config);

    /// <summary>A verb of the program, with Jane's token.</summary>
    public async Task<(int ExitCode, string Output, string Errors)> VerbAsync(params string[] arguments)
    {
        await using var program = ProgramUnderTest.Start(_folder.Path, start => start.Environment["STEPEXPORT_OPERATOR_TOKEN"] = JanesToken, [.. arguments, "-c", _config]);
        return (await program.WaitForExitAsync(), program.Output, program.Errors);
    }

    public async Task<int> StopAsync()
    {
        _program.Terminate();
        return await _program.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _program.DisposeAsync();
        await GitHub.DisposeAsync();
        _folder.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
