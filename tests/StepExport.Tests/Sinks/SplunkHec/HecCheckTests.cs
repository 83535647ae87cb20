using StepExport.Configuration;
using StepExport.Testing.SplunkHec;

namespace StepExport.Tests.Sinks.SplunkHec;

public sealed class HecCheckTests : IAsyncLifetime
{
    private FakeHecServer _server = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await FakeHecServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_good_token_is_confirmed_without_writing_an_event()
    {
        await using var sink = HecHarness.Sink(_server);

        var check = await sink.CheckAsync(Stop);

        Assert.Equal((true, $"{_server.Address}: the collector is up and takes the token."), (check.Ok, check.Message));
        Assert.Equal(["/services/collector/health", "/services/collector/event"], _server.Received.Select(r => r.Path));
        Assert.Empty(_server.Index.Events);
    }

    [Fact]
    public async Task A_wrong_token_is_explained()
    {
        await using var sink = HecHarness.Sink(HecHarness.Config(_server.Address, new Secret("wrong")));

        var check = await sink.CheckAsync(Stop);

        Assert.False(check.Ok);
        Assert.Contains("the token is refused (HTTP 403/4: Invalid token)", check.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_disabled_token_is_explained()
    {
        await using var sink = HecHarness.Sink(_server);
        _server.TokenDisabled = true;

        Assert.Contains("the token is disabled (HTTP 403/1: Token disabled)", (await sink.CheckAsync(Stop)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_that_cannot_be_read_is_explained()
    {
        await using var sink = HecHarness.Sink(HecHarness.Config(_server.Address, new Secret("${file:/nowhere/token}")));

        var check = await sink.CheckAsync(Stop);

        Assert.False(check.Ok);
        Assert.Contains("/nowhere/token", check.Message, StringComparison.Ordinal);
        Assert.Empty(_server.Received);
    }

    [Theory]
    [InlineData(503, "the collector is not healthy (HTTP 503")]
    [InlineData(404, "there is no HTTP Event Collector at this address (HTTP 404")]
    [InlineData(303, "the address redirects (HTTP 303")]
    [InlineData(200, "unexpected answer (HTTP 200")]
    public async Task Something_else_at_the_address_is_explained(int status, string words)
    {
        await using var sink = HecHarness.Sink(_server);
        _server.Script.Always(HecReply.Html(status));

        var check = await sink.CheckAsync(Stop);

        Assert.False(check.Ok);
        Assert.StartsWith($"{_server.Address}: {words}", check.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_collector_that_is_down_is_explained()
    {
        await using var sink = HecHarness.Sink(_server);
        await _server.DisposeAsync();

        var check = await sink.CheckAsync(Stop);

        Assert.False(check.Ok);
        Assert.StartsWith($"{_server.Address}: cannot connect: Connection refused", check.Message, StringComparison.Ordinal);
    }
}
