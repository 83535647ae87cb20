using StepExport.Testing.SplunkHec;

namespace StepExport.Tests.Sinks.SplunkHec;

/// <summary>The sink against every fault that the double can play, alone and in seeded mixtures: what it calls delivered is truly
/// indexed, every record gets there, and nothing is sent twice that need not be.</summary>
[Collection(HecRig.Alone)]
public sealed class HecStormTests(ITestOutputHelper output)
{
    private const int Records = 24;
    private static readonly HecOdds Calm = new()
    {
        Busy = 0,
        Full = 0,
        NearlyFull = 0,
        Ambiguous = 0,
        Cut = 0,
        Foreign = 0,
        Token = 0,
        Channel = 0,
        TooLarge = 0,
        Moved = 0,
        Poll = 0,
        Lost = 0,
        NeverAcknowledged = 0,
        Late = 0,
        Refused = 0,
    };

    /// <summary>Each fault alone, often.</summary>
    private static readonly Dictionary<string, HecOdds> Alone = new()
    {
        ["busy"] = Calm with { Busy = 0.4 },
        ["full"] = Calm with { Full = 0.4 },
        ["nearly full"] = Calm with { NearlyFull = 0.5 },
        ["ambiguous"] = Calm with { Ambiguous = 0.4 },
        ["cut"] = Calm with { Cut = 0.4 },
        ["held"] = Calm with { Held = 0.3 },
        ["foreign page"] = Calm with { Foreign = 0.4 },
        ["token"] = Calm with { Token = 0.3 },
        ["channel"] = Calm with { Channel = 0.4 },
        ["too large"] = Calm with { TooLarge = 0.4 },
        ["moved"] = Calm with { Moved = 0.3, Late = 0.5 },
        ["poll"] = Calm with { Poll = 0.6, Late = 0.5 },
        ["lost"] = Calm with { Lost = 0.4 },
        ["never acknowledged"] = Calm with { NeverAcknowledged = 0.4 },
        ["late"] = Calm with { Late = 0.9 },
        ["refused"] = Calm with { Refused = 0.2 },
    };

    public static TheoryData<string> Faults => [.. Alone.Keys];

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_fault_alone_costs_no_record(string fault)
    {
        var tally = new Tally();
        for (var seed = 1; seed <= 12; seed++) await RunAsync(seed, Alone[fault], endpoints: 1, indexers: 2, tally);
        for (var seed = 1; seed <= 12; seed++) await RunAsync(seed, Alone[fault], endpoints: 2, indexers: 2, tally);
        output.WriteLine(tally.ToString());
        Assert.True(tally.Struck > 12, $"the fault struck only {tally.Struck} times");
        if (fault is not ("moved" or "cut" or "held" or "ambiguous" or "foreign page")) Assert.Equal((0, 0), (tally.Lost, tally.Needless));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 3)]
    [InlineData(2, 1)]
    [InlineData(3, 2)]
    public async Task Every_record_survives_any_mixture_of_faults(int endpoints, int indexers)
    {
        var tally = new Tally();
        for (var seed = 1; seed <= 400; seed++) await RunAsync(seed, new HecOdds(), endpoints, indexers, tally);
        output.WriteLine(tally.ToString());
    }

    [Fact]
    public async Task Indexers_that_restart_in_the_storm_lose_nothing_that_was_called_delivered()
    {
        var tally = new Tally();
        for (var seed = 1; seed <= 300; seed++)
        {
            var dice = new Random(seed);
            await RunAsync(seed, Calm with { Late = 0.8, Cut = 0.1 }, endpoints: 1, indexers: 1, tally, wire =>
            {
                if (dice.Next(12) == 0) wire.Collector.RestartIndexer(0);
            });
        }

        output.WriteLine(tally.ToString());
    }

    /// <summary>One small conversation: three senders, batches of four, until every record is dealt with.</summary>
    private static async Task RunAsync(int seed, HecOdds odds, int endpoints, int indexers, Tally tally, Action<HecWire>? meanwhile = null)
    {
        var options = new HecServerOptions { Acknowledgement = true, Indexers = indexers, KeepsRequests = false };
        await using var rig = new HecRig(endpoints, options, c => c with { Timeout = new(TimeSpan.FromSeconds(odds.Held > 0 ? 20 : 3600)) });
        for (var i = 0; i < endpoints; i++) rig.Wires[i].Script.Storm = new(seed + (i * 7919), odds, rig.Time);
        var batch = HecRecords.Batch(Records);
        var sender = new HecPatientSender(rig);

        var sending = sender.SendAllAsync(Enumerable.Range(0, Records / 4).Select(i => batch.Slice(i * 4, 4)), senders: 3);
        for (var round = 0; !sending.IsCompleted; round++)
        {
            Assert.True(round < 20_000, $"seed {seed} comes to no end");
            await HecRig.SettleAsync();
            if (meanwhile is not null) meanwhile(rig.Wire);
            rig.Time.Advance(TimeSpan.FromSeconds(0.5));
        }

        await sending;
        var refused = rig.Wires.SelectMany(w => w.Script.Storm!.Refused.Keys).ToHashSet(StringComparer.Ordinal);
        for (var n = 0; n < Records; n++)
        {
            var uid = HecRecords.Uid(n);
            if (sender.Delivered.Contains(n + 1)) Assert.True(rig.Index.Count(uid) > 0, $"seed {seed}: record {n} is called delivered and not indexed");
            else Assert.True(refused.Contains(uid) && sender.Rejected.Contains(n + 1), $"seed {seed}: record {n} is neither delivered nor refused by the collector");
        }

        // A confirmed record is sent again only where the sink could not trust the confirmation, and says so.
        if (rig.Gauge("hec_ack_lost_total") == 0) Assert.Equal((seed, 0), (seed, rig.Index.NeedlessCopies));
        tally.Add(rig);
    }

    private sealed class Tally
    {
        private int _runs;
        private int _requests;
        private int _duplicates;

        /// <summary>Copies although an earlier one had been confirmed.</summary>
        public int Needless { get; private set; }

        /// <summary>Waits that the sink gave up, because an acknowledgement could have been about something else.</summary>
        public int Lost { get; private set; }

        public int Struck { get; private set; }

        public void Add(HecRig rig)
        {
            _runs++;
            _requests += rig.Wires.Sum(w => w.Requests);
            _duplicates += rig.Index.Duplicates;
            Needless += rig.Index.NeedlessCopies;
            Lost += (int)rig.Gauge("hec_ack_lost_total");
            Struck += rig.Wires.Sum(w => w.Script.Storm!.Counts.Values.Sum() + w.Script.Storm.Refused.Count);
        }

        public override string ToString() =>
            $"{_runs} runs, {_runs * Records} records, {_requests} requests, {Struck} faults, {_duplicates} duplicates; {Lost} waits given up as not to be trusted, {Needless} copies by them alone";
    }
}
