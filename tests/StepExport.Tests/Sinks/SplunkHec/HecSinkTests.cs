using System.Globalization;
using Microsoft.Extensions.Time.Testing;
using StepExport.Core.Delivery;
using StepExport.Core.Telemetry;
using StepExport.Testing.SplunkHec;

namespace StepExport.Tests.Sinks.SplunkHec;

public sealed class HecSinkTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    private FakeHecServer _server = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await FakeHecServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("gzip", "gzip")]
    [InlineData("none", "")]
    public async Task Splunk_gets_every_event_and_the_headers_it_wants(string compression, string encoding)
    {
        var metrics = new SinkMetrics("splunk", TimeProvider.System);
        await using var sink = HecHarness.Sink(HecHarness.Config(_server) with { Compression = compression }, metrics);

        var result = await sink.SendAsync(HecRecords.Batch(100), Stop);

        Assert.Same(SendResult.Delivered, result);
        Assert.Equal(Enumerable.Range(0, 100).Select(HecRecords.Uid), _server.Index.Events.Select(e => e.Uid));
        var request = Assert.Single(_server.Received);
        Assert.Equal("/services/collector/event", request.Path);
        Assert.Equal($"Splunk {_server.Token}", request.Authorization);
        Assert.True(Guid.TryParseExact(request.Channel, "D", out _));
        Assert.Equal(encoding, request.Encoding);
        Assert.Equal("StepExport/0.1.0", request.UserAgent);
        Assert.Equal(request.Wire.Length, request.ContentLength);
        Assert.Equal(request.Wire.Length, metrics.BytesSent);
    }

    [Fact]
    public async Task Concurrent_batches_do_not_mix()
    {
        await using var sink = HecHarness.Sink(_server);
        var batch = HecRecords.Batch(800);

        // Two rounds: the second runs on the buffers of the first.
        for (var round = 1; round <= 2; round++)
        {
            await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => sink.SendAsync(batch.Slice(i * 100, 100), Stop).AsTask(), Stop)));
            Assert.All(Enumerable.Range(0, 800), n => Assert.Equal(round, _server.Index.Count(HecRecords.Uid(n))));
        }
    }

    [Fact]
    public async Task Nearly_full_queues_are_an_acceptance()
    {
        await using var sink = HecHarness.Sink(_server);
        _server.Script.Next(HecReply.NearlyFull);

        Assert.Same(SendResult.Delivered, await sink.SendAsync(HecRecords.Batch(1), Stop));
        Assert.Equal(1, _server.Index.Distinct);
    }

    [Fact]
    public async Task An_unasked_acknowledgement_id_changes_nothing()
    {
        await using var sink = HecHarness.Sink(_server);
        _server.Script.Next(new HecReply(200) { Page = """{"text":"Success","code":0,"ackId":0}""" });

        Assert.Same(SendResult.Delivered, await sink.SendAsync(HecRecords.Batch(1), Stop));
    }

    [Fact]
    public async Task An_ambiguous_answer_is_sent_again()
    {
        await using var sink = HecHarness.Sink(_server);
        _server.Script.Next(HecReply.Ambiguous);

        Assert.Equal(RecordOutcome.Retry, (await sink.SendAsync(HecRecords.Batch(1), Stop)).Outcome);
        Assert.Equal(1, _server.Index.Distinct);
    }

    [Theory]
    [InlineData(200, true)]
    [InlineData(404, true)]
    [InlineData(502, false)]
    public async Task A_proxys_page_is_no_acceptance(int status, bool needsOperator)
    {
        await using var sink = HecHarness.Sink(_server);
        _server.Script.Next(HecReply.Html(status));

        var result = await sink.SendAsync(HecRecords.Batch(1), Stop);

        Assert.Equal((RecordOutcome.Retry, $"HTTP {status}", needsOperator), (result.Outcome, result.Code, result.NeedsOperator));
        Assert.Contains("<title>Gateway</title>", result.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(302)]
    [InlineData(308)]
    public async Task A_redirect_is_not_followed(int status)
    {
        await using var elsewhere = await FakeHecServer.StartAsync();
        await using var sink = HecHarness.Sink(_server);
        _server.Script.Next(new HecReply(status) { Location = elsewhere.Address + "/services/collector/event" });

        var result = await sink.SendAsync(HecRecords.Batch(1), Stop);

        Assert.Equal((RecordOutcome.Retry, true), (result.Outcome, result.NeedsOperator));
        Assert.Empty(elsewhere.Received);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("17", 17)]
    [InlineData("date+90", 90)]
    [InlineData("date-90", null)]
    [InlineData("0", null)]
    [InlineData("soon", null)]
    public async Task Retry_after_is_seconds_or_a_date(string? header, int? seconds)
    {
        await using var sink = HecHarness.Sink(HecHarness.Config(_server), time: new FakeTimeProvider(Now));
        if (header?.StartsWith("date", StringComparison.Ordinal) == true)
            header = Now.AddSeconds(int.Parse(header[4..], CultureInfo.InvariantCulture)).ToString("R", CultureInfo.InvariantCulture);
        _server.Script.Next(HecReply.Busy with { RetryAfter = header });

        var result = await sink.SendAsync(HecRecords.Batch(1), Stop);

        Assert.Equal(RecordOutcome.Retry, result.Outcome);
        Assert.Equal(seconds, result.RetryAfter?.TotalSeconds);
    }

    [Theory]
    [InlineData(10, 400, true)]
    [InlineData(11, 400, true)]
    [InlineData(27, 429, true)]
    [InlineData(9, 503, false)]
    public async Task A_refused_channel_is_replaced_and_any_other_is_kept(int code, int status, bool replaced)
    {
        await using var sink = HecHarness.Sink(_server);
        _server.Script.Next(new HecReply(status, code, "The channel"));

        await sink.SendAsync(HecRecords.Batch(1), Stop);
        Assert.Same(SendResult.Delivered, await sink.SendAsync(HecRecords.Batch(1), Stop));

        Assert.Equal(replaced, _server.Received[0].Channel != _server.Received[1].Channel);
    }

    [Fact]
    public async Task Wrong_index_from_the_start_costs_no_record()
    {
        await using var sink = HecHarness.Sink(_server);
        _server.Script.Refuse(_ => true, 7);

        for (var attempt = 0; attempt < 3; attempt++)
        {
            var result = await sink.SendAsync(HecRecords.Batch(5), Stop);
            Assert.Equal((RecordOutcome.Retry, true), (result.Outcome, result.NeedsOperator));
            Assert.Null(result.Records);
        }
    }

    [Fact]
    public async Task An_index_that_disappears_costs_few_records_until_it_is_blamed()
    {
        await using var sink = HecHarness.Sink(_server);
        await sink.SendAsync(HecRecords.Batch(1), Stop);
        _server.Script.Refuse(_ => true, 7);

        for (var refusal = 1; refusal <= 20; refusal++)
            Assert.Equal(RecordOutcome.Rejected, (await sink.SendAsync(HecRecords.Batch(5), Stop)).Records?[0]);

        var blamed = await sink.SendAsync(HecRecords.Batch(5), Stop);
        Assert.Null(blamed.Records);
        Assert.True(blamed.NeedsOperator);
    }
}
