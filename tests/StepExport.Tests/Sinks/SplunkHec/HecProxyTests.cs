using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using StepExport.Configuration;
using StepExport.Core.Delivery;
using StepExport.Http;
using StepExport.Testing.SplunkHec;
using IOFile = System.IO.File;

namespace StepExport.Tests.Sinks.SplunkHec;

/// <summary>A proxy that wants credentials, and TLS to several endpoints through its tunnels.</summary>
public sealed class HecProxyTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Credentials_come_from_the_secret_and_are_read_again()
    {
        using var proxy = new Tunnel("user:right");
        var file = Path.GetTempFileName();
        await IOFile.WriteAllTextAsync(file, "wrong\n", Stop);
        var config = HecHarness.Config("https://hec.invalid:8088", new Secret("t")) with
        {
            Proxy = proxy.Address,
            ProxyUser = "user",
            ProxyPassword = new Secret($"${{file:{file}}}"),
            Tls = new() { Verify = false },
        };
        await using var sink = HecHarness.Sink(config);

        var refused = await sink.SendAsync(HecRecords.Batch(1), Stop);
        Assert.Equal((RecordOutcome.Retry, true), (refused.Outcome, refused.NeedsOperator));
        Assert.Contains("the proxy does not let the connection through", refused.Reason, StringComparison.Ordinal);
        Assert.Empty(proxy.Names);

        await IOFile.WriteAllTextAsync(file, "right\n", Stop);
        await sink.SendAsync(HecRecords.Batch(1), Stop);
        Assert.Equal(["hec.invalid:8088 hec.invalid"], proxy.Names);
        IOFile.Delete(file);
    }

    [Fact]
    public async Task Every_endpoint_is_asked_for_by_its_own_name()
    {
        using var proxy = new Tunnel(null);
        var config = HecHarness.Config("", new Secret("t")) with
        {
            Endpoints = ["https://hec1.invalid:8088", "https://hec2.invalid:443"],
            Proxy = proxy.Address,
            Tls = new() { Verify = false },
        };
        await using var sink = HecHarness.Sink(config);

        await sink.CheckAsync(Stop);

        Assert.Equal(["hec1.invalid:8088 hec1.invalid", "hec2.invalid:443 hec2.invalid"], proxy.Names.Order());
    }

    [Fact]
    public async Task None_means_no_proxy_whatever_the_environment_says()
    {
        await using var server = await FakeHecServer.StartAsync();
        using var proxy = new Tunnel(null);
        using var handler = new SocketsHttpHandler { Proxy = new WebProxy(proxy.Address) };

        HttpProxy.Apply(handler, "none", null, null);
        using var http = new HttpClient(handler, disposeHandler: false);

        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri(server.Address + "/services/collector/health"), Stop)).StatusCode);
        Assert.Empty(proxy.Names);
    }

    /// <summary>A CONNECT proxy that notes the address asked for and the name in the TLS greeting, and goes no further.</summary>
    private sealed class Tunnel : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly string? _credentials;

        public Tunnel(string? credentials)
        {
            _credentials = credentials is null ? null : "Basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes(credentials));
            _listener.Start();
            Address = $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";
            _ = ListenAsync();
        }

        public string Address { get; }

        public ConcurrentQueue<string> Names { get; } = [];

        public void Dispose() => _listener.Dispose();

        private async Task ListenAsync()
        {
            try
            {
                while (true) _ = ServeAsync(await _listener.AcceptTcpClientAsync());
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // The end.
            }
        }

        private async Task ServeAsync(TcpClient client)
        {
            using var _ = client;
            await using var stream = client.GetStream();
            while (await ReadHeadAsync(stream) is { Length: > 0 } head)
            {
                var target = head.Split(' ')[1];
                if (_credentials is null || head.Contains($"Proxy-Authorization: {_credentials}", StringComparison.Ordinal))
                {
                    await stream.WriteAsync("HTTP/1.1 200 Connection established\r\n\r\n"u8.ToArray());
                    await GreetAsync(stream, target);
                    return;
                }

                await stream.WriteAsync("HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"p\"\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
            }
        }

        private async Task GreetAsync(NetworkStream stream, string target)
        {
            await using var tls = new SslStream(stream);
            try
            {
                await tls.AuthenticateAsServerAsync((_, hello, _, _) =>
                {
                    Names.Enqueue($"{target} {hello.ServerName}");
                    throw new IOException("seen enough");
                }, null);
            }
            catch (IOException)
            {
                // As said.
            }
        }

        private static async Task<string> ReadHeadAsync(NetworkStream stream)
        {
            var head = new StringBuilder();
            var one = new byte[1];
            while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(one) == 1) head.Append((char)one[0]);
            return head.ToString();
        }
    }
}
