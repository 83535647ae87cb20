using StepExport.Configuration;
using StepExport.Testing.SplunkHec;

namespace StepExport.Tests.Sinks.SplunkHec;

public sealed class HecCheckTests : IAsyncLifetime
{
    private const string Second = "22222222-2222-3333-4444-555555555555";

    private FakeHecServer _server = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await FakeHecServer.StartAsync(new() { MoreTokens = [new(Second) { Acknowledgement = true }] });

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_good_token_is_confirmed_without_writing_an_event()
    {
        await using var sink = HecHarness.Sink(_server);

        var check = await sink.CheckAsync(Stop);

        Assert.Equal((true, $"{_server.Address}: the collector is up and takes the token; indexer acknowledgement is off."), (check.Ok, check.Message));
        Assert.Equal(["/services/collector/health", "/services/collector/event", "/services/collector/ack"], _server.Received.Select(r => r.Path));
        Assert.Equal(0, _server.Index.Accepted);
    }

    [Theory]
    [InlineData("off", false, true, "indexer acknowledgement is off.")]
    [InlineData("off", true, true, "which acknowledgement: off leaves unused; write auto")]
    [InlineData("auto", false, true, "so that a 200 counts as delivered; to be safe against a crash of an indexer, tick Enable indexer acknowledgement")]
    [InlineData("auto", true, true, "indexer acknowledgement is on. If a load balancer")]
    [InlineData("required", false, false, "indexer acknowledgement is disabled for it (HTTP 400/14: ACK is disabled), and acknowledgement is required; tick Enable indexer acknowledgement under Settings > Data inputs > HTTP Event Collector > Edit (useACK = 1 in inputs.conf).")]
    [InlineData("required", true, true, "indexer acknowledgement is on. If a load balancer")]
    public async Task Acknowledgement_is_found_out_without_writing_an_event(string mode, bool isEnabled, bool ok, string words)
    {
        _server.Acknowledgement = isEnabled;
        await using var sink = HecHarness.Sink(HecHarness.Config(_server) with { Acknowledgement = mode });

        var check = await sink.CheckAsync(Stop);

        Assert.Equal(ok, check.Ok);
        Assert.Contains(words, check.Message, StringComparison.Ordinal);
        Assert.Equal(0, _server.Index.Accepted);
    }

    [Fact]
    public async Task Every_endpoint_is_asked_with_every_token()
    {
        await using var other = await FakeHecServer.StartAsync();
        await using var down = await FakeHecServer.StartAsync();
        await down.DisposeAsync();
        await using var sink = HecHarness.Sink(HecHarness.Config(_server) with
        {
            Endpoints = [_server.Address, other.Address, down.Address],
            Tokens = [new() { Token = new Secret(Second), Where = new() { MinSeverity = "critical" } }],
            Acknowledgement = "auto",
        });

        var check = await sink.CheckAsync(Stop);

        Assert.False(check.Ok);
        var lines = check.Message.Split("\n  ");
        Assert.Equal(6, lines.Length);
        Assert.Equal("not every endpoint takes every token", lines[0]);
        Assert.StartsWith($"{_server.Address}, tokens[0]: ok: the collector is up and takes the token; indexer acknowledgement is on.", lines[1], StringComparison.Ordinal);
        Assert.StartsWith($"{_server.Address}, token: ok: the collector is up and takes the token; indexer acknowledgement is disabled", lines[2], StringComparison.Ordinal);
        Assert.StartsWith($"{other.Address}, tokens[0]: FAILED: the token is refused (HTTP 403/4", lines[3], StringComparison.Ordinal);
        Assert.StartsWith($"{other.Address}, token: ok:", lines[4], StringComparison.Ordinal);
        Assert.StartsWith($"{down.Address}: FAILED: cannot connect: Connection refused", lines[5], StringComparison.Ordinal);
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
    public async Task A_token_that_cannot_be_read_is_explained_and_nothing_is_sent_with_it()
    {
        await using var sink = HecHarness.Sink(HecHarness.Config(_server.Address, new Secret("${file:/nowhere/token}")));

        var check = await sink.CheckAsync(Stop);

        Assert.False(check.Ok);
        Assert.Contains("/nowhere/token", check.Message, StringComparison.Ordinal);
        Assert.Equal(["/services/collector/health"], _server.Received.Select(r => r.Path));
    }

    [Theory]
    [InlineData(503, "the collector is not healthy, or a load balancer finds none that is (HTTP 503")]
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
        Assert.EndsWith("Is the collector switched on (in Splunk: Settings > Data inputs > HTTP Event Collector > Global Settings > All Tokens: Enabled), and is the port the collector's (8088 unless changed; not 8000 or 8089)?", check.Message, StringComparison.Ordinal);
    }
}
