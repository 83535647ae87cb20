using StepExport.Configuration;
using StepExport.Core.Delivery;
using StepExport.Testing.SplunkHec;
using IOFile = System.IO.File;

namespace StepExport.Tests.Sinks.SplunkHec;

public sealed class HecTokenTests : IAsyncLifetime
{
    private readonly string _file = Path.GetTempFileName();
    private FakeHecServer _server = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await FakeHecServer.StartAsync();

    public ValueTask DisposeAsync()
    {
        IOFile.Delete(_file);
        return _server.DisposeAsync();
    }

    [Fact]
    public async Task Pauses_while_the_token_is_refused_and_goes_on_when_the_file_changes()
    {
        await using var sink = await SinkWithTokenInFileAsync("old");

        for (var attempt = 0; attempt < 2; attempt++)
        {
            var refused = await sink.SendAsync(HecRecords.Batch(3), Stop);
            Assert.Equal((RecordOutcome.Retry, "HTTP 403/4", true), (refused.Outcome, refused.Code, refused.NeedsOperator));
        }

        await IOFile.WriteAllTextAsync(_file, _server.Token + "\n", Stop);
        Assert.Same(SendResult.Delivered, await sink.SendAsync(HecRecords.Batch(3), Stop));
    }

    [Fact]
    public async Task Tries_again_at_once_when_the_file_changed_before_the_refusal()
    {
        await using var sink = await SinkWithTokenInFileAsync(_server.Token);
        Assert.Same(SendResult.Delivered, await sink.SendAsync(HecRecords.Batch(1), Stop));
        await IOFile.WriteAllTextAsync(_file, "new", Stop);
        _server.Token = "new";

        var refused = await sink.SendAsync(HecRecords.Batch(1), Stop);

        Assert.Equal((RecordOutcome.Retry, TimeSpan.Zero, false), (refused.Outcome, refused.RetryAfter, refused.NeedsOperator));
        Assert.Same(SendResult.Delivered, await sink.SendAsync(HecRecords.Batch(1), Stop));
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_is_a_retry_for_a_person()
    {
        await using var sink = await SinkWithTokenInFileAsync(_server.Token);
        IOFile.Delete(_file);

        var result = await sink.SendAsync(HecRecords.Batch(1), Stop);

        Assert.Equal((RecordOutcome.Retry, true), (result.Outcome, result.NeedsOperator));
        Assert.Contains(_file, result.Reason, StringComparison.Ordinal);
        await IOFile.WriteAllTextAsync(_file, _server.Token, Stop);
        Assert.Same(SendResult.Delivered, await sink.SendAsync(HecRecords.Batch(1), Stop));
    }

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("line\r\nX-Evil: 1")]
    [InlineData("tökén")]
    public async Task What_cannot_be_a_token_is_not_sent_and_not_shown(string token)
    {
        await using var sink = await SinkWithTokenInFileAsync(token);

        var result = await sink.SendAsync(HecRecords.Batch(1), Stop);

        Assert.Equal((RecordOutcome.Retry, true), (result.Outcome, result.NeedsOperator));
        Assert.Equal("the token is empty or has characters that no HEC token has", result.Reason);
        Assert.Empty(_server.Received);
    }

    [Fact]
    public async Task A_disabled_token_is_a_retry_for_a_person()
    {
        await using var sink = await SinkWithTokenInFileAsync(_server.Token);
        _server.TokenDisabled = true;

        var result = await sink.SendAsync(HecRecords.Batch(1), Stop);

        Assert.Equal(("HTTP 403/1", true), (result.Code, result.NeedsOperator));
        Assert.DoesNotContain(_server.Token, result.Reason, StringComparison.Ordinal);
    }

    private async Task<ISink> SinkWithTokenInFileAsync(string token)
    {
        await IOFile.WriteAllTextAsync(_file, token, Stop);
        return HecHarness.Sink(HecHarness.Config(_server.Address, new Secret($"${{file:{_file}}}")));
    }
}
