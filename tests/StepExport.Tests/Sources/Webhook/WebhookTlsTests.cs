using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using StepExport.Http;
using StepExport.Testing;
using StepExport.Testing.Ingest;

namespace StepExport.Tests.Sources.Webhook;

public sealed class WebhookTlsTests : IDisposable
{
    private readonly TestAuthority _authority = new();

    public void Dispose() => _authority.Dispose();

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Speaks_http_1_and_2_over_tls(string version)
    {
        await using var rig = await StartAsync(Issue("hook"));
        using var client = Client();

        Assert.Equal(("https", 202, version), await PostAsync(rig, client, version) is var reply ? (rig.Address.Scheme, reply.Status, reply.Version) : default);
        Assert.Equal([1], rig.Behind.Durable());
    }

    [Fact]
    public async Task A_stranger_over_http_2_is_401()
    {
        await using var rig = await StartAsync(Issue("hook"));
        using var client = Client();

        Assert.Equal((401, "2.0"), await PostAsync(rig, client, "2.0", token: "wrong"));
        Assert.Equal((202, "2.0"), await PostAsync(rig, client, "2.0"));
    }

    [Fact]
    public async Task Only_clients_with_a_certificate_of_the_authority_connect()
    {
        using var clients = new TestAuthority();
        await using var rig = await StartAsync(Issue("hook") with { ClientCa = clients.CaFile });
        using var invited = clients.Issue("stepsecurity");
        using var foreign = _authority.Issue("foreign");

        using (var client = Client()) await Assert.ThrowsAsync<HttpRequestException>(() => PostAsync(rig, client));
        using (var client = Client(foreign)) await Assert.ThrowsAsync<HttpRequestException>(() => PostAsync(rig, client));
        using (var client = Client(invited))
        {
            Assert.Equal(202, (await PostAsync(rig, client)).Status);
            Assert.Equal(401, (await PostAsync(rig, client, token: "wrong")).Status);
        }
    }

    [Fact]
    public async Task A_renewed_certificate_is_shown_to_new_connections()
    {
        var tls = Issue("hook");
        await using var rig = await StartAsync(tls);
        Assert.Equal("CN=hook", await SubjectAsync(rig));

        // Half of a renewal: a key that does not fit
        using var renewed = _authority.Issue("renewed");
        var (cert, key) = _authority.Save(renewed, "renewed");
        System.IO.File.Copy(key, tls.Key, overwrite: true);
        rig.Behind.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("CN=hook", await SubjectAsync(rig));
        Assert.StartsWith("tls.key: ", rig.Behind.Metrics.Health.Current.Reason, StringComparison.Ordinal);

        System.IO.File.Copy(cert, tls.Cert, overwrite: true);
        rig.Behind.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("CN=renewed", await SubjectAsync(rig));
        Assert.True(rig.Behind.Metrics.Health.Current.Ok);
    }

    [Fact]
    public async Task Files_that_do_not_hold_what_they_should_are_named()
    {
        var good = Issue("hook");
        await AssertRefusedAsync(good with { Cert = "/nowhere/c.pem" }, "tls: /nowhere/c.pem cannot be read");
        await AssertRefusedAsync(good with { Cert = good.Key }, $"tls.cert: {good.Key} holds no PEM certificate");
        await AssertRefusedAsync(good with { ClientCa = good.Key }, $"tls.clientCa: {good.Key} holds no PEM certificate");
    }

    private static Task<WebhookRig> StartAsync(ServerTlsConfig tls) => WebhookRig.StartAsync(config => config with { Tls = tls });

    private static async Task AssertRefusedAsync(ServerTlsConfig tls, string message) =>
        Assert.StartsWith(message, (await Assert.ThrowsAsync<IOException>(() => StartAsync(tls))).Message, StringComparison.Ordinal);

    private static async Task<(int Status, string Version)> PostAsync(WebhookRig rig, HttpClient client, string version = "1.1", string token = WebhookRig.Token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, rig.Address)
        {
            Content = WebhookRig.Json(IngressRig.Detection(1)),
            Version = Version.Parse(version),
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Headers.Authorization = new("Bearer", token);
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, response.Version.ToString());
    }

    private async Task<string> SubjectAsync(WebhookRig rig)
    {
        using var connection = new System.Net.Sockets.TcpClient();
        await connection.ConnectAsync(IPAddress.Loopback, rig.Address.Port, TestContext.Current.CancellationToken);
        await using var tls = new SslStream(connection.GetStream());
        var options = new SslClientAuthenticationOptions { TargetHost = "127.0.0.1", CertificateChainPolicy = TlsFiles.Trust(_authority.CaFile) };
        await tls.AuthenticateAsClientAsync(options, TestContext.Current.CancellationToken);
        return tls.RemoteCertificate!.Subject;
    }

    private ServerTlsConfig Issue(string name)
    {
        using var certificate = _authority.Issue(name);
        var (cert, key) = _authority.Save(certificate, name);
        return new() { Cert = cert, Key = key };
    }

    private HttpClient Client(X509Certificate2? certificate = null)
    {
        var handler = new SocketsHttpHandler { UseProxy = false };
        handler.SslOptions.CertificateChainPolicy = TlsFiles.Trust(_authority.CaFile);
        if (certificate is not null) handler.SslOptions.ClientCertificateContext = SslStreamCertificateContext.Create(certificate, null, offline: true);
        return new(handler);
    }
}
