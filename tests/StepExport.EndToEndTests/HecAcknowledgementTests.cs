using StepExport.Testing;
using StepExport.Testing.SplunkHec;

namespace StepExport.EndToEndTests;

/// <summary>The real program, to which a 200 of Splunk counts nothing: what an indexer had in memory only, it has to send again.</summary>
public sealed class HecAcknowledgementTests(ITestOutputHelper output)
{
    private const int Events = 40_000;

    [Fact]
    public async Task Every_event_is_indexed_although_program_and_indexer_die_while_acknowledgements_are_awaited()
    {
        using var folder = new TemporaryFolder();
        Export.Detections(folder, Events);
        var index = new HecIndex(keepEvents: false);
        await using var server = await FakeHecServer.StartAsync(Options(index));
        server.Script.Fates.Always(HecFate.IndexedAfter(TimeSpan.FromMilliseconds(700)));
        var config = Export.Config(folder, Sink([server]));
        var random = new Random(20261122);

        var kills = 0;
        for (var exitCode = -1; exitCode != 0;)
        {
            await using var program = ProgramUnderTest.Start(folder.Path, "run", "-c", config, "--once");
            if (kills < 4)
            {
                // Not before something new has been indexed, so that every run makes progress; then at any moment.
                var before = index.Distinct;
                await Eventually.TrueAsync(() => program.HasExited || (index.Distinct > before && index.Undecided > 0), "events arrive and wait for their indexer");
                await Task.Delay(random.Next(0, 300), TestContext.Current.CancellationToken);
            }

            if (program.HasExited || kills >= 4)
            {
                exitCode = await program.WaitForExitAsync();
                Assert.True(exitCode == 0, program.Errors);
                continue;
            }

            await program.KillAsync();
            server.RestartIndexer();
            kills++;
        }

        output.WriteLine($"killed {kills} times; {index.Accepted} accepted, {index.Lost} of them lost by the indexer; {index.Distinct} distinct indexed, {index.Duplicates} duplicates, {index.NeedlessCopies} of them confirmed, with the cursor not past them yet");
        Assert.True(kills == 4 && index.Lost > 0, "nothing was proven");
        Assert.Equal((Events, 0), (index.Distinct, index.AcceptedOnly.Count));
    }

    [Fact]
    public async Task Every_event_is_indexed_although_one_of_two_endpoints_dies_under_load_with_what_it_had_not_indexed()
    {
        using var folder = new TemporaryFolder();
        Export.Detections(folder, Events);
        var index = new HecIndex(keepEvents: false);
        await using var dying = await FakeHecServer.StartAsync(Options(index));
        await using var other = await FakeHecServer.StartAsync(Options(index));
        dying.Script.Fates.Always(HecFate.IndexedAfter(TimeSpan.FromMilliseconds(700)));
        var config = Export.Config(folder, Sink([dying, other], "acknowledgementTimeout: 5s"));
        var admin = await Export.AdminAddressAsync(config);
        await using var program = ProgramUnderTest.Start(folder.Path, "run", "-c", config);

        await Eventually.TrueAsync(() => index.Distinct > Events / 8 && index.Undecided > 0, "both endpoints have events");
        dying.RestartIndexer();
        await dying.DisposeAsync();
        await Eventually.TrueAsync(() => index.Distinct == Events, "every event is indexed");
        var metrics = await AdminPage.GetAsync(new Uri(admin, "/metrics"));
        program.Terminate();

        Assert.True(await program.WaitForExitAsync() == 0, program.Errors);
        output.WriteLine($"{index.Accepted} accepted, {index.Lost} of them lost with the endpoint; {index.Distinct} distinct indexed, {index.Duplicates} duplicates");
        Assert.True(index.Lost > 0, "nothing was proven");
        Assert.Equal((0, 1), (Gauge(metrics, "hec_endpoint_up", dying), Gauge(metrics, "hec_endpoint_up", other)));
        Assert.True(Gauge(metrics, "hec_endpoint_ejections_total", dying) >= 1);
    }

    private static HecServerOptions Options(HecIndex index) => new() { Index = index, Acknowledgement = true, KeepsRequests = false };

    private static string Sink(IReadOnlyList<FakeHecServer> servers, string more = "acknowledgementTimeout: 60s") =>
        $"  splunk: {{ type: splunk_hec, endpoints: [{string.Join(", ", servers.Select(s => $"'{s.Address}'"))}], token: '{servers[0].Token}', "
        + $"acknowledgement: required, batch: {{ maxEvents: 100 }}, retry: {{ initial: 50ms, max: 500ms }}, {more} }}";

    private static int Gauge(string metrics, string name, FakeHecServer server)
    {
        var line = metrics.Split('\n').Single(l => l.StartsWith($"stepexport_sink_{name}{{", StringComparison.Ordinal) && l.Contains(new Uri(server.Address).Authority, StringComparison.Ordinal));
        return int.Parse(line[(line.LastIndexOf(' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture);
    }
}
