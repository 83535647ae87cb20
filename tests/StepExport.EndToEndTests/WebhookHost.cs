using System.Globalization;
using System.Net;
using System.Text;
using StepExport.Testing;

namespace StepExport.EndToEndTests;

/// <summary>The program with a webhook and a file sink, on ports that stay the same over restarts; and a way to send to it.</summary>
internal sealed class WebhookHost : IAsyncDisposable
{
    public const string Token = "e2e-token-4f1c";
    private readonly TemporaryFolder _folder = new();
    private readonly string _config;
    private readonly int _port = FreePort();
    private readonly int _adminPort = FreePort();
    private ProgramUnderTest _program;

    public WebhookHost(string auth = "bearer: e2e-token-4f1c")
    {
        _config = _folder.Write("hook.yaml", $$"""
            dataDir: data
            admin: { listen: "127.0.0.1:{{_adminPort}}" }
            shutdown: { drainTimeout: 10s }
            sources:
              hook: { type: webhook, listen: "127.0.0.1:{{_port}}", auth: { {{auth}} }, requestsPerSecond: 100000, burst: 100000 }
            sinks:
            {{Export.FileSink}}
            """);
        _program = Start();
    }

    public HttpClient Client { get; } = new(new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = 16 });

    public Uri Address => new($"http://127.0.0.1:{_port}/v1/detections");

    public string Archive => _folder.File("archive.ndjson");

    public string Errors => _program.Errors;

    public async Task ReadyAsync() => await Eventually.TrueAsync(
        async () => (await AdminPage.ReadinessAsync(Admin())).Status == HttpStatusCode.OK && await IsListeningAsync(), "the program listens");

    /// <summary>kill -9, and a new start.</summary>
    public async Task KillAndRestartAsync()
    {
        await _program.KillAsync();
        await _program.DisposeAsync();
        _program = Start();
    }

    /// <summary>SIGTERM; the program ends when everything is delivered.</summary>
    public async Task<int> StopAsync()
    {
        _program.Terminate();
        return await _program.WaitForExitAsync();
    }

    public async Task<HttpStatusCode> PostAsync(HttpContent? content, string? authorization = "Bearer " + Token, Action<HttpRequestMessage>? adjust = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Address) { Content = content };
        if (authorization is not null) request.Headers.TryAddWithoutValidation("Authorization", authorization);
        adjust?.Invoke(request);
        using var response = await Client.SendAsync(request, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }

    public static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");

    /// <summary>One number of /metrics; 0 when it is not there.</summary>
    public async Task<long> MetricAsync(string sample)
    {
        var page = await AdminPage.GetAsync(new(Admin(), "/metrics"));
        var line = page.Split('\n').FirstOrDefault(l => l.StartsWith(sample + " ", StringComparison.Ordinal));
        return line is null ? 0 : long.Parse(line[(sample.Length + 1)..], CultureInfo.InvariantCulture);
    }

    /// <summary>A number of the process in bytes, e.g. <c>VmRSS</c> or <c>VmHWM</c>.</summary>
    public long Memory(string name)
    {
        var line = File.ReadLines($"/proc/{_program.Id}/status").First(l => l.StartsWith(name + ":", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }

    public async ValueTask DisposeAsync()
    {
        await _program.DisposeAsync();
        Client.Dispose();
        _folder.Dispose();
    }

    private ProgramUnderTest Start() => ProgramUnderTest.Start(_folder.Path, "run", "-c", _config);

    private Uri Admin() => new($"http://127.0.0.1:{_adminPort}");

    private async Task<bool> IsListeningAsync()
    {
        try
        {
            return await PostAsync(Json("{}")) == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
