using System.Net;
using System.Net.Sockets;
using StepExport.Configuration;
using StepExport.Core.Delivery;
using StepExport.Testing.SplunkHec;

namespace StepExport.Tests.Sinks.SplunkHec;

/// <summary>What networks do: no answer is never an acceptance and never a rejection.</summary>
public sealed class HecTransportTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_connection_cut_after_the_body_is_a_retry()
    {
        await using var server = await FakeHecServer.StartAsync();
        await using var sink = HecHarness.Sink(server);
        server.Script.Next(HecReply.CutOff, HecReply.CutOff with { IndexFirst = true });

        for (var i = 0; i < 2; i++)
        {
            var result = await sink.SendAsync(HecRecords.Batch(3), Stop);
            Assert.Equal((RecordOutcome.Retry, false), (result.Outcome, result.NeedsOperator));
            Assert.Contains("broke before the answer", result.Reason, StringComparison.Ordinal);
        }

        Assert.Equal(2, server.Received.Count);
        Assert.Same(SendResult.Delivered, await sink.SendAsync(HecRecords.Batch(3), Stop));
    }

    [Fact]
    public async Task A_collector_that_is_down_is_a_retry_until_it_is_back()
    {
        var server = await FakeHecServer.StartAsync();
        var port = new Uri(server.Address).Port;
        await using var sink = HecHarness.Sink(server);
        await server.DisposeAsync();

        var result = await sink.SendAsync(HecRecords.Batch(1), Stop);

        Assert.Equal((RecordOutcome.Retry, false), (result.Outcome, result.NeedsOperator));
        Assert.StartsWith($"127.0.0.1:{port}: cannot connect: Connection refused", result.Reason, StringComparison.Ordinal);
        await using var back = await FakeHecServer.StartAsync(new() { Port = port });
        Assert.Same(SendResult.Delivered, await sink.SendAsync(HecRecords.Batch(1), Stop));
    }

    [Fact]
    public async Task A_host_without_an_address_is_a_retry()
    {
        await using var sink = HecHarness.Sink(HecHarness.Config("http://splunk.invalid:8088", new Secret("t")) with { Proxy = null });

        Assert.Equal(RecordOutcome.Retry, (await sink.SendAsync(HecRecords.Batch(1), Stop)).Outcome);
    }

    [Fact]
    public async Task A_slow_answer_is_given_up_with_the_callers_cancellation()
    {
        await using var server = await FakeHecServer.StartAsync();
        await using var sink = HecHarness.Sink(server);
        var never = new TaskCompletionSource();
        server.Script.Next(HecReply.Success with { Until = never.Task });
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(Stop);

        var sending = sink.SendAsync(HecRecords.Batch(1), timeout.Token).AsTask();
        await server.WhenReceived(1);
        await timeout.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        Assert.Same(SendResult.Delivered, await sink.SendAsync(HecRecords.Batch(1), Stop));
    }

    [Fact]
    public async Task A_connection_that_is_never_set_up_is_a_retry_after_connectTimeout()
    {
        // It accepts, but never answers the TLS handshake.
        using var mute = new TcpListener(IPAddress.Loopback, 0);
        mute.Start();
        var address = $"https://127.0.0.1:{((IPEndPoint)mute.LocalEndpoint).Port}";
        var config = HecHarness.Config(address, new Secret("t")) with { ConnectTimeout = new(TimeSpan.FromMilliseconds(50)) };
        await using var sink = HecHarness.Sink(config);

        var result = await sink.SendAsync(HecRecords.Batch(1), Stop);

        Assert.Equal(RecordOutcome.Retry, result.Outcome);
        Assert.EndsWith("no connection within connectTimeout", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_configured_proxy_is_used()
    {
        // The double as proxy: it sees the absolute address of the request that is not meant for it.
        await using var proxy = await FakeHecServer.StartAsync();
        var config = HecHarness.Config("http://splunk.invalid:8088", new Secret(proxy.Token)) with { Proxy = proxy.Address };
        await using var sink = HecHarness.Sink(config);

        Assert.Same(SendResult.Delivered, await sink.SendAsync(HecRecords.Batch(1), Stop));
        Assert.Equal("splunk.invalid:8088", Assert.Single(proxy.Received).Host);
    }
}
