using StepExport.Configuration;
using StepExport.Core.Delivery;
using StepExport.Core.Telemetry;
using StepExport.Sinks.SplunkHec;
using StepExport.Testing.Delivery;
using StepExport.Testing.SplunkHec;

namespace StepExport.Tests.Sinks.SplunkHec;

/// <summary>The contract with several tokens, and with batches that are split between two of them.</summary>
public sealed class HecTokensContractTests : SinkContractTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Split_batches_lose_nothing_whatever_the_collector_says(int seed)
    {
        await using var rig = await RunnerRig.StartAsync(0);
        await rig.AppendAsync(200, r => r.Number % 3 == 0 ? r with { Type = "Secret-In-Build-Log" } : r);
        await using var splunk = await SplunkWithTwoTokens.StartAsync();
        var dice = new Random(seed);
        HecReply[] troubles = [HecReply.Busy, HecReply.Ambiguous, HecReply.CutOff, HecReply.CutOff with { IndexFirst = true }, HecReply.Html(502), new(403, 4), new(413) { Page = "" }];
        for (var i = 0; i < 40; i++)
            splunk.Server.Script.Next(dice.Next(2) == 0 ? HecReply.NearlyFull : troubles[dice.Next(troubles.Length)]);
        await using var running = rig.Run(splunk.Sink);

        await running.DrainAsync();

        var uids = Enumerable.Range(1, 200).Select(n => new SomeRecord(n).Uid);
        Assert.Empty(splunk.Server.Index.Missing(uids.Except(rig.DeadLetters.List().Select(l => l.Letter.Uid!))));
        Assert.All(splunk.Server.Index.Events, e => Assert.Equal(e.Fields.GetProperty("detection_type").GetString() == "Secret-In-Build-Log", e.Token == SplunkWithTwoTokens.Second));
    }

    private protected override async Task<SinkUnderTest> StartAsync() => await SplunkWithTwoTokens.StartAsync();

    /// <summary>What the contract sends goes out with the default token, behind one that takes other types.</summary>
    private sealed class SplunkWithTwoTokens : SinkUnderTest
    {
        public const string Second = "22222222-2222-3333-4444-555555555555";

        private SplunkWithTwoTokens(FakeHecServer server)
        {
            Server = server;
            var token = new HecTokenConfig { Token = new Secret(Second), Where = new() { Types = ["Secret-*"] } };
            Sink = HecHarness.Sink(HecHarness.Config(server) with { Tokens = [token] }, Metrics);
        }

        public FakeHecServer Server { get; }

        public override ISink Sink { get; }

        public override SinkMetrics Metrics { get; } = new("splunk", TimeProvider.System);

        public override bool CanBreak => true;

        public static async Task<SplunkWithTwoTokens> StartAsync() => new(await FakeHecServer.StartAsync(new() { MoreTokens = [new(Second)] }));

        public override Task<IReadOnlyList<string>> ArrivedAsync() => Task.FromResult<IReadOnlyList<string>>([.. Server.Index.Events.Select(e => e.Uid)]);

        public override Task BreakAsync() => Script(HecReply.Busy);

        public override Task RepairAsync() => Script(null);

        public override async ValueTask DisposeAsync()
        {
            await Sink.DisposeAsync();
            await Server.DisposeAsync();
        }

        private Task Script(HecReply? always)
        {
            Server.Script.Always(always);
            return Task.CompletedTask;
        }
    }
}
