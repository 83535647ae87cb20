using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using StepExport.Core.Ingest;
using StepExport.Sources.Webhook;
using StepExport.Testing;
using StepExport.Testing.Ingest;

namespace StepExport.Tests.Sources.Webhook;

/// <summary>The source over real HTTP in front of a real journal; the clock stands still.</summary>
internal sealed class WebhookRig : IAsyncDisposable
{
    public const string Token = "t0ken-of-the-sender";
    private readonly CancellationTokenSource _stop = new();
    private readonly WebhookSource _source;
    private readonly Ingress _ingress;
    private readonly Task _run;

    private WebhookRig(IngressRig behind, WebhookConfig config)
    {
        Behind = behind;
        Loggers = LoggerFactory.Create(logging => logging.AddProvider(Log));
        _source = new("hook", config, new(behind.Metrics, null, "", Once: false, behind.Time, Loggers));
        _ingress = behind.Ingress(new() { MaxEventSize = (int)config.MaxEventSize.Bytes });
        Client = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromMinutes(1) };
        _run = _source.RunAsync(_ingress, _stop.Token);
    }

    public static WebhookConfig Config { get; } = new() { Type = "webhook", Listen = "127.0.0.1:0", Auth = new() { Bearer = new(Token) } };

    public IngressRig Behind { get; }

    public CapturedLog Log { get; } = new();

    public HttpClient Client { get; }

    public Uri Address { get; private set; } = new("http://localhost");

    public WebhookIntake Intake => _source.Intake!;

    private ILoggerFactory Loggers { get; }

    public static async Task<WebhookRig> StartAsync(Func<WebhookConfig, WebhookConfig>? adjust = null, long journalSize = 2_000_000_000)
    {
        var rig = new WebhookRig(new(journalSize), adjust?.Invoke(Config) ?? Config);
        var first = await Task.WhenAny(rig._run, rig._source.Address);
        await first;
        rig.Address = new(await rig._source.Address, "/v1/detections");
        return rig;
    }

    /// <summary>A body as StepSecurity sends it.</summary>
    public static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");

    public static ByteArrayContent Gzip(byte[] packed)
    {
        var content = new ByteArrayContent(packed);
        content.Headers.ContentType = new("application/json");
        content.Headers.ContentEncoding.Add("gzip");
        return content;
    }

    public static byte[] Pack(byte[] plain)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest)) gzip.Write(plain);
        return packed.ToArray();
    }

    public async Task<Reply> SendAsync(HttpContent? content, Action<HttpRequestMessage>? adjust = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Address) { Content = content };
        request.Headers.Authorization = new("Bearer", Token);
        adjust?.Invoke(request);
        using var response = await Client.SendAsync(request, TestContext.Current.CancellationToken);
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return new((int)response.StatusCode, body, response.Headers, response.Content.Headers, response.Version);
    }

    public Task<Reply> PostAsync(string body) => SendAsync(Json(body));

    /// <summary>Writes bytes to a connection of its own.</summary>
    public async Task<RawConnection> ConnectAsync(string text)
    {
        var connection = new TcpClient();
        await connection.ConnectAsync(Address.Host, Address.Port, TestContext.Current.CancellationToken);
        var raw = new RawConnection(connection);
        await raw.WriteAsync(text);
        return raw;
    }

    public string Head(string more, string authorization = "Authorization: Bearer " + Token) =>
        $"POST {Address.AbsolutePath} HTTP/1.1\r\nHost: x\r\n{authorization}\r\n{more}\r\n\r\n";

    public Task UntilAsync(Func<bool> condition) => UntilAsync(() => Task.FromResult(condition()));

    /// <summary>Waits for what the source does on its own threads; the limit only ends a test that would hang.</summary>
    public async Task UntilAsync(Func<Task<bool>> condition)
    {
        for (var clock = Stopwatch.StartNew(); !await condition(); await Task.Delay(1, TestContext.Current.CancellationToken))
        {
            var answered = string.Join(", ", Behind.Metrics.RequestsByCode.Select(c => $"{c.Value} x {c.Key}"));
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(30), $"did not happen; answered {answered}; {Intake.BufferedBytes} bytes held; {string.Join('\n', Log.Lines)}");
        }
    }

    /// <summary>As SIGTERM does it.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _run;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _source.DisposeAsync();
        Client.Dispose();
        _ingress.Dispose();
        Loggers.Dispose();
        _stop.Dispose();
        await Behind.DisposeAsync();
    }

    internal sealed record Reply(int Status, string Body, HttpResponseHeaders Headers, HttpContentHeaders ContentHeaders, Version Version)
    {
        public JsonElement Json => JsonDocument.Parse(Body).RootElement;

        public int RetryAfter => (int)Headers.RetryAfter!.Delta!.Value.TotalSeconds;

        public (int Status, int Accepted) Taken => (Status, Json.GetProperty("accepted").GetInt32());
    }

    internal sealed class RawConnection(TcpClient connection) : IDisposable
    {
        private readonly NetworkStream _stream = connection.GetStream();

        public async Task WriteAsync(string text) => await _stream.WriteAsync(Encoding.Latin1.GetBytes(text), TestContext.Current.CancellationToken);

        /// <summary>The status of the next answer.</summary>
        public async Task<int> StatusAsync()
        {
            var line = new byte[12];
            await _stream.ReadExactlyAsync(line, TestContext.Current.CancellationToken).AsTask().WaitAsync(Hangs.After, TestContext.Current.CancellationToken);
            return int.Parse(Encoding.ASCII.GetString(line)[9..], CultureInfo.InvariantCulture);
        }

        /// <summary>Hangs up with a reset, as a sender that crashes does.</summary>
        public void Reset()
        {
            connection.LingerState = new(true, 0);
            connection.Dispose();
        }

        public void Dispose() => connection.Dispose();
    }

    internal sealed class CapturedLog : ILoggerProvider, ILogger
    {
        private readonly List<string> _lines = [];

        public IReadOnlyList<string> Lines
        {
            get { lock (_lines) return [.. _lines]; }
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (_lines) _lines.Add($"{logLevel}: {formatter(state, exception)}");
        }

        public void Dispose()
        {
        }
    }
}
