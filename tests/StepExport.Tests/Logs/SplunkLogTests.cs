#pragma warning disable CA1848, CA1873, CA2254 // The tests are about messages that are put together at run time.
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Core;
using Serilog.Extensions.Logging;
using StepExport.Configuration;
using StepExport.Core.Telemetry;
using StepExport.Logs;
using StepExport.Testing;
using StepExport.Testing.Delivery;
using StepExport.Testing.SplunkHec;

namespace StepExport.Tests.Logs;

/// <summary>The log's way to Splunk, against the double over real HTTP and a clock that runs fast.</summary>
public sealed class SplunkLogTests : IAsyncDisposable
{
    private readonly SwiftTime _time = new(50);
    private readonly Said _errors = new();
    private Logger? _logger;
    private SplunkLog? _splunk;

    public async ValueTask DisposeAsync()
    {
        if (_splunk is not null) await _splunk.DisposeAsync();
        if (_logger is not null) await _logger.DisposeAsync();
        _errors.Dispose();
    }

    [Fact]
    public async Task Lines_arrive_as_events_with_their_own_time_and_metadata()
    {
        await using var server = await FakeHecServer.StartAsync(new() { NeedsChannel = false });
        var log = Start(Config(server) with { Index = "ops" });

        log.LogWarning("{Sink}: {Reason}", "lake", "gone");

        await RunnerRig.UntilAsync(() => server.Index.Events.Count == 1);
        var arrived = server.Index.Events[0].Envelope;
        Assert.Equal("ops", arrived.GetProperty("index").GetString());
        Assert.Equal("node-7", arrived.GetProperty("host").GetString());
        Assert.Equal(("stepexport", "stepsecurity:stepexport:log"), (arrived.GetProperty("source").GetString(), arrived.GetProperty("sourcetype").GetString()));
        Assert.Equal("lake: gone", arrived.GetProperty("event").GetProperty("message").GetString());
        var time = DateTimeOffset.FromUnixTimeMilliseconds((long)(arrived.GetProperty("time").GetDecimal() * 1000));
        Assert.Equal(arrived.GetProperty("event").GetProperty("time").GetDateTimeOffset(), time, TimeSpan.FromMilliseconds(1));
        Assert.Equal("gzip", server.Received[0].Encoding);
        await RunnerRig.UntilAsync(() => _splunk!.Status == new LogStatus(1, 0));
        Assert.Empty(_errors.Messages);
    }

    [Fact]
    public async Task Lines_wait_while_Splunk_is_away_and_the_trouble_is_said_once_and_only_on_the_terminal()
    {
        await using var server = await FakeHecServer.StartAsync(new() { NeedsChannel = false });
        server.Script.Always(HecReply.Busy);
        var log = Start(Config(server));
        for (var i = 0; i < 20; i++) log.LogWarning("line {I}", i);

        await server.WhenReceived(5);
        for (var i = 20; i < 25; i++) log.LogWarning("line {I}", i);
        server.Script.Always(null);
        await RunnerRig.UntilAsync(() => server.Index.Events.Count >= 25);
        await RunnerRig.UntilAsync(() => _errors.Messages.Count == 2);

        Assert.Equal(Enumerable.Range(0, 25).Select(i => $"line {i}"), server.Index.Events.Select(e => e.Event.GetProperty("message").GetString()));
        Assert.Matches("^The log does not reach Splunk: .*busy.*; up to 10000 lines wait for it, and the program does not$", _errors.Messages[0]);
        Assert.Equal("The log reaches Splunk again", _errors.Messages[1]);
        Assert.Equal(0, _splunk!.Status.Lost);
    }

    [Fact]
    public async Task A_full_queue_counts_what_it_cannot_keep_and_says_so_in_one_line_here_and_there()
    {
        const int Surplus = 7;
        await using var server = await FakeHecServer.StartAsync(new() { NeedsChannel = false });
        server.Script.Always(HecReply.Busy);
        var log = Start(Config(server));
        log.LogWarning("first");
        await server.WhenReceived(2);

        // The first line is on its way; the queue is empty.
        for (var i = 0; i < LogQueue.MaxLines + Surplus; i++) log.LogWarning("line {I}", i);
        Assert.Equal(Surplus, _splunk!.Status.Lost);
        server.Script.Always(null);
        await RunnerRig.UntilAsync(() => server.Index.Events.Count >= LogQueue.MaxLines + 2);
        await RunnerRig.UntilAsync(() => _errors.Messages.Count == 3);

        var messages = server.Index.Events.Select(e => e.Event.GetProperty("message").GetString()!).ToList();
        var told = $"{Surplus} lines of the log were lost: more came than are kept while Splunk did not take them";
        Assert.Equal(1, messages.IndexOf(told));
        Assert.Equal(["first", .. Enumerable.Range(0, LogQueue.MaxLines).Select(i => $"line {i}")], messages.Where(m => m != told));
        Assert.Equal(told, _errors.Messages[^1]);
        Assert.Equal(new LogStatus(LogQueue.MaxLines + 2, Surplus), _splunk.Status);
    }

    [Fact]
    public async Task A_line_that_Splunk_refuses_for_good_is_counted_and_its_neighbours_arrive()
    {
        await using var server = await FakeHecServer.StartAsync(new() { NeedsChannel = false });
        server.Script.Refuse(e => e.Event.GetProperty("message").GetString() == "line 3", 6);
        var log = Start(Config(server));
        for (var i = 0; i < 6; i++) log.LogWarning("line {I}", i);

        await RunnerRig.UntilAsync(() => _splunk!.Status == new LogStatus(5, 1));

        Assert.Equal(["line 0", "line 1", "line 2", "line 4", "line 5"], server.Index.Events.Select(e => e.Event.GetProperty("message").GetString()));
    }

    [Fact]
    public async Task A_rotated_token_is_read_again()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("token", "old-token");
        await using var server = await FakeHecServer.StartAsync(new() { NeedsChannel = false });
        var log = Start(Config(server) with { Token = new($"${{file:{file}}}") });
        log.LogWarning("line");
        await server.WhenReceived(1);
        await File.WriteAllTextAsync(file, server.Token, TestContext.Current.CancellationToken);
        await RunnerRig.UntilAsync(() => server.Index.Events.Count == 1);
    }

    [Fact]
    public async Task The_end_sends_what_waits_without_lingering()
    {
        await using var server = await FakeHecServer.StartAsync(new() { NeedsChannel = false });
        var log = Start(Config(server), TimeProvider.System);
        log.LogWarning("last words");

        await _splunk!.DisposeAsync();

        Assert.Equal(new LogStatus(1, 0), _splunk.Status);
        Assert.Single(server.Index.Events);
        _splunk = null;
    }

    [Fact]
    public async Task The_end_does_not_wait_for_a_collector_that_is_silent()
    {
        await using var server = await FakeHecServer.StartAsync(new() { NeedsChannel = false });
        server.Script.Always(HecReply.Held);
        var log = Start(Config(server));
        for (var i = 0; i < 3; i++) log.LogWarning("line {I}", i);

        await _splunk!.DisposeAsync();

        Assert.Equal(new LogStatus(0, 3), _splunk.Status);
        Assert.Equal("3 lines of the log were not sent to Splunk before the end", _errors.Messages[^1]);
        _splunk = null;
    }

    private static SplunkLogConfig Config(FakeHecServer server) => new()
    {
        Endpoints = [server.Address],
        Token = new(server.Token),
        Timeout = new(TimeSpan.FromMinutes(10)),
    };

    private Microsoft.Extensions.Logging.ILogger Start(SplunkLogConfig config, TimeProvider? time = null)
    {
        _splunk = new(config, new("node-7", "1"), "node-7", time ?? _time, _errors.Log);
        _logger = new LoggerConfiguration().WriteTo.Sink(_splunk.Sink).CreateLogger();
        return new SerilogLoggerFactory(_logger).CreateLogger("StepExport.Some");
    }
}
