using Microsoft.Extensions.Logging.Abstractions;
using StepExport.Configuration;
using StepExport.Core.Delivery;
using StepExport.Core.Model;
using StepExport.Sinks.SplunkHec;
using StepExport.Testing.Delivery;
using StepExport.Testing.SplunkHec;
using IOFile = System.IO.File;

namespace StepExport.Tests.Sinks.SplunkHec;

/// <summary>Several tokens by <c>where</c>.</summary>
public sealed class HecTokensTests : IAsyncLifetime
{
    private const string Urgent = "22222222-2222-3333-4444-555555555555";
    private const string Umbrella = "33333333-2222-3333-4444-555555555555";

    private FakeHecServer _server = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() =>
        _server = await FakeHecServer.StartAsync(new() { MoreTokens = [new(Urgent), new(Umbrella) { Indexes = ["umbrella"] }] });

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task The_first_token_that_takes_a_record_sends_it()
    {
        await using var sink = HecHarness.Sink(Config());

        var result = await sink.SendAsync(Mixed(), Stop);

        Assert.Same(SendResult.Delivered, result);
        Assert.Equal(
            [(0, _server.Token, "main"), (1, Urgent, "urgent"), (2, Umbrella, "umbrella"), (3, Urgent, "urgent"), (4, _server.Token, "main")],
            _server.Index.Events.Select(e => (Number(e.Uid), e.Token, e.Index)).Order());
        Assert.Equal(3, _server.Received.Count);
    }

    [Fact]
    public async Task A_token_of_its_own_may_have_a_look_of_its_own()
    {
        var config = Config();
        config = config with { Tokens = [config.Tokens![0] with { Source = "s", Sourcetype = "t:{type}", Host = "h" }] };
        await using var sink = HecHarness.Sink(config);

        await sink.SendAsync(Mixed().Slice(0, 2), Stop);

        var looks = _server.Index.Events.OrderBy(e => Number(e.Uid)).Select(e => $"{e.Envelope.GetProperty("source")} {e.Envelope.GetProperty("sourcetype")} {e.Envelope.GetProperty("host")}");
        Assert.Equal(["stepsecurity:harden-runner stepsecurity:detection:ocsf acme/shop", "s t:Reverse-Shell h"], looks);
    }

    [Fact]
    public async Task A_batch_for_one_token_is_one_request_in_its_order()
    {
        await using var sink = HecHarness.Sink(Config());

        Assert.Same(SendResult.Delivered, await sink.SendAsync(HecRecords.Batch(50), Stop));

        Assert.Single(_server.Received);
        Assert.Equal(Enumerable.Range(0, 50).Select(HecRecords.Uid), _server.Index.Events.Select(e => e.Uid));
    }

    [Fact]
    public async Task A_refused_token_keeps_its_own_records_only()
    {
        await using var sink = HecHarness.Sink(Config(urgent: new Secret("wrong")));

        var result = await sink.SendAsync(Mixed(), Stop);

        Assert.Equal(
            [RecordOutcome.Delivered, RecordOutcome.Retry, RecordOutcome.Delivered, RecordOutcome.Retry, RecordOutcome.Delivered], result.Records!);
        Assert.Equal(("HTTP 403/4", true), (result.Code, result.Reason!.StartsWith("tokens[0]: the token is not valid", StringComparison.Ordinal)));
        Assert.Equal(3, _server.Index.Distinct);

        // What is left is a matter of that token alone, and needs a person.
        var left = await sink.SendAsync(new(new[] { Mixed()[1], Mixed()[3] }), Stop);
        Assert.Equal((RecordOutcome.Retry, true), (left.Outcome, left.NeedsOperator));
    }

    [Fact]
    public async Task Under_the_runner_a_refused_token_loses_nothing_and_each_rotates_by_itself()
    {
        var file = Path.GetTempFileName();
        await IOFile.WriteAllTextAsync(file, "old", Stop);
        await using var rig = await RunnerRig.StartAsync(0);
        await rig.AppendAsync(60, r => r.Number % 10 == 0 ? r with { Severity = Severity.Critical } : r);
        await using var sink = HecHarness.Sink(Config(urgent: new Secret($"${{file:{file}}}")));
        await using var running = rig.Run(sink);

        await rig.AdvanceUntilAsync(RunnerRig.UntilAsync(() => running.Metrics.Health.Current.Reason?.Contains("HTTP 403/4", StringComparison.Ordinal) == true));
        Assert.Equal(0, rig.DeadLetters.Count);
        Assert.All(_server.Index.Events, e => Assert.Equal(_server.Token, e.Token));

        await IOFile.WriteAllTextAsync(file, Urgent, Stop);
        await running.DrainAsync();

        Assert.Equal((60, 0, 0), (_server.Index.Distinct, _server.Index.Duplicates, rig.DeadLetters.Count));
        Assert.Equal(6, _server.Index.Events.Count(e => e.Token == Urgent));
        IOFile.Delete(file);
    }

    [Fact]
    public async Task Offenders_of_two_tokens_are_dead_lettered_with_their_own_reasons()
    {
        await using var rig = await RunnerRig.StartAsync(0);
        await rig.AppendAsync(20, r => r.Number % 2 == 0 ? r with { Severity = Severity.Critical } : r);
        var (blank, missing) = (new SomeRecord(5).Uid, new SomeRecord(8).Uid);
        _server.Script.Refuse(e => e.Uid == blank, 13);
        _server.Script.Refuse(e => e.Uid == missing, 12);
        await using var sink = HecHarness.Sink(Config());
        await using var running = rig.Run(sink);

        await running.DrainAtOnceAsync();

        Assert.Equal(
            [(blank, "HTTP 400/13"), (missing, "HTTP 400/12")], rig.DeadLetters.List().Select(l => (l.Letter.Uid!, l.Letter.Code!)).OrderByDescending(l => l.Item2));
        Assert.Equal((18, 0), (_server.Index.Distinct, _server.Index.Duplicates));
    }

    [Fact]
    public async Task A_send_that_is_given_up_keeps_what_other_tokens_have_delivered()
    {
        var routes = HecRoutes.Create(Config(), TimeProvider.System, NullLogger.Instance);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(Stop);

        var sending = routes.SendAsync(Mixed(), SendAsync, timeout.Token).AsTask();
        await timeout.CancelAsync();
        var result = await sending;

        Assert.Equal(
            [RecordOutcome.Delivered, RecordOutcome.Retry, RecordOutcome.Delivered, RecordOutcome.Retry, RecordOutcome.Delivered], result.Records!);
        Assert.Equal("tokens[0]: no answer in time", result.Reason);

        static async ValueTask<SendResult> SendAsync(HecRoute route, Batch batch, CancellationToken cancellationToken)
        {
            if (route.Name == "tokens[0]") await Task.Delay(Timeout.Infinite, cancellationToken);
            return SendResult.Delivered;
        }
    }

    private static int Number(string uid) => Enumerable.Range(0, 100).First(n => HecRecords.Uid(n) == uid);

    /// <summary>0 and 4 for the default token, 1 and 3 urgent, 2 of another company.</summary>
    private static Batch Mixed() => new(new[]
    {
        Record(0, "acme/shop", Severity.Medium),
        Record(1, "acme/shop", Severity.Critical),
        Record(2, "umbrella/web", Severity.Low),
        Record(3, "umbrella/web", Severity.Fatal),
        Record(4, "acme/shop", Severity.High),
    });

    private static ExportRecord Record(int n, string repository, Severity severity) =>
        HecRecords.Record(n, System.Text.Encoding.UTF8.GetBytes(repository), "Reverse-Shell"u8, $$"""{"n":{{n}}}""", 1_753_203_994_007, severity);

    private HecConfig Config(Secret? urgent = null) => HecHarness.Config(_server) with
    {
        Index = "main",
        Tokens =
        [
            new() { Token = urgent ?? new Secret(Urgent), Where = new() { MinSeverity = "critical" }, Index = "urgent" },
            new() { Token = new Secret(Umbrella), Where = new() { Repos = ["umbrella/*"] }, Index = "umbrella" },
        ],
    };
}
