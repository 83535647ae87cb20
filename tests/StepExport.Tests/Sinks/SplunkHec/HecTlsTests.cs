using StepExport.Configuration;
using StepExport.Core.Delivery;
using StepExport.Testing;
using StepExport.Testing.SplunkHec;

namespace StepExport.Tests.Sinks.SplunkHec;

public sealed class HecTlsTests : IDisposable
{
    private readonly TestAuthority _authority = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _authority.Dispose();

    [Fact]
    public async Task A_certificate_of_the_configured_authority_is_trusted()
    {
        using var certificate = _authority.Issue("splunk");
        await using var server = await FakeHecServer.StartAsync(new() { Certificate = certificate });
        await using var sink = Sink(server, new() { Ca = _authority.CaFile });

        Assert.Same(SendResult.Delivered, await sink.SendAsync(HecRecords.Batch(3), Stop));
        Assert.Equal(3, server.Index.Distinct);
    }

    [Fact]
    public async Task A_certificate_of_an_unknown_authority_is_a_retry_for_a_person()
    {
        using var certificate = _authority.Issue("splunk");
        await using var server = await FakeHecServer.StartAsync(new() { Certificate = certificate });
        await using var sink = Sink(server, new());

        await AssertTlsFailsAsync(sink);
        Assert.Empty(server.Received);
    }

    [Fact]
    public async Task The_configured_authority_replaces_the_systems_and_any_other()
    {
        using var other = new TestAuthority();
        using var certificate = _authority.Issue("splunk");
        await using var server = await FakeHecServer.StartAsync(new() { Certificate = certificate });
        await using var sink = Sink(server, new() { Ca = other.CaFile });

        await AssertTlsFailsAsync(sink);
    }

    [Fact]
    public async Task The_configured_authority_does_not_excuse_a_wrong_name()
    {
        using var certificate = _authority.Issue("splunk", address: System.Net.IPAddress.Parse("192.0.2.1"));
        await using var server = await FakeHecServer.StartAsync(new() { Certificate = certificate });
        await using var sink = Sink(server, new() { Ca = _authority.CaFile });

        await AssertTlsFailsAsync(sink);
    }

    [Fact]
    public async Task Verification_can_be_switched_off()
    {
        using var certificate = _authority.Issue("splunk");
        await using var server = await FakeHecServer.StartAsync(new() { Certificate = certificate });
        await using var sink = Sink(server, new() { Verify = false });

        Assert.Same(SendResult.Delivered, await sink.SendAsync(HecRecords.Batch(1), Stop));
    }

    [Fact]
    public async Task The_client_certificate_is_shown()
    {
        using var certificate = _authority.Issue("splunk");
        using var client = _authority.Issue("exporter");
        var (cert, key) = _authority.Save(client, "exporter");
        await using var server = await FakeHecServer.StartAsync(new() { Certificate = certificate, ClientCertificate = client });

        await using var without = Sink(server, new() { Ca = _authority.CaFile });
        Assert.Equal(RecordOutcome.Retry, (await without.SendAsync(HecRecords.Batch(1), Stop)).Outcome);
        Assert.Empty(server.Received);

        await using var with = Sink(server, new() { Ca = _authority.CaFile, Cert = cert, Key = key });
        Assert.Same(SendResult.Delivered, await with.SendAsync(HecRecords.Batch(1), Stop));
    }

    [Fact]
    public void Files_that_do_not_hold_what_they_should_are_named()
    {
        using var client = _authority.Issue("exporter");
        var (cert, key) = _authority.Save(client, "exporter");
        var (_, otherKey) = _authority.Save(_authority.Issue("other"), "other");

        AssertRefused(new() { Ca = "/nowhere/ca.pem" }, "tls.ca: /nowhere/ca.pem cannot be read");
        AssertRefused(new() { Ca = key }, $"tls.ca: {key} holds no PEM certificate");
        AssertRefused(new() { Cert = "/nowhere/c.pem", Key = key }, "tls.cert: /nowhere/c.pem cannot be read");
        AssertRefused(new() { Cert = cert, Key = "/nowhere/key" }, $"tls.key: /nowhere/key cannot be used with {cert}");
        AssertRefused(new() { Cert = cert, Key = otherKey }, $"tls.key: {otherKey} cannot be used with {cert}");
    }

    private static void AssertRefused(TlsConfig tls, string message)
    {
        var config = HecHarness.Config("https://127.0.0.1:1", new Secret("t")) with { Tls = tls };

        Assert.StartsWith(message, Assert.Throws<IOException>(() => HecHarness.Sink(config)).Message, StringComparison.Ordinal);
    }

    private static async Task AssertTlsFailsAsync(ISink sink)
    {
        var result = await sink.SendAsync(HecRecords.Batch(1), Stop);
        Assert.Equal((RecordOutcome.Retry, true), (result.Outcome, result.NeedsOperator));
        Assert.Contains("TLS failed", result.Reason, StringComparison.Ordinal);
    }

    private static ISink Sink(FakeHecServer server, TlsConfig tls) => HecHarness.Sink(HecHarness.Config(server) with { Tls = tls });
}
