using System.Text.Json;
using StepExport.Testing;
using StepExport.Testing.SplunkHec;

namespace StepExport.EndToEndTests;

/// <summary>The configuration changes while events flow through the real program.</summary>
public sealed class ReloadTests(ITestOutputHelper output)
{
    private const int Part = 500;

    [Fact]
    public async Task Changed_added_and_removed_sinks_lose_nothing_under_load()
    {
        using var folder = new TemporaryFolder();
        var index = new HecIndex(keepEvents: false);
        await using var server = await FakeHecServer.StartAsync(new() { Index = index });
        var admin = await Export.AdminAddressAsync(Export.Config(folder, Export.FileSink));
        // Everything stays in one segment: a sink that begins with the oldest record gets all of them.
        string Config(string sinks, string source = "") => folder.Write("stepexport.yaml", $$"""
            dataDir: data
            admin: { listen: "{{admin.Authority}}" }
            journal: { segmentSize: 1GB }
            sources:
              parts: { type: file, path: "part*.ndjson"{{source}} }
            sinks:
            {{Export.HecSink(server)}}
            {{sinks}}
            """);
        var config = Config("  archive: { type: file, path: archive.ndjson }\n  leaving: { type: file, path: leaving.ndjson }");
        await using var program = ProgramUnderTest.Start(folder.Path, "run", "-c", config);
        using var stopFeeding = new CancellationTokenSource();
        var feeding = FeedAsync(folder, stopFeeding.Token);
        await Eventually.TrueAsync(() => index.Distinct > 0, "events flow");

        // A mistake changes nothing, and says where it is.
        Config("  archive: { type: file, path: [archive.ndjson] }");
        var refused = await ProgramUnderTest.RunAsync(folder.Path, "reload", "-c", config, "--url", admin.ToString());
        Assert.Equal(78, refused.ExitCode);
        Assert.Matches(@"stepexport\.yaml:\d+:\d+: sinks\.archive\.path: ", refused.Errors);
        Assert.Equal((0, 1, 3), await CountsAsync(folder, admin));

        Config("  archive: { type: file, path: archive2.ndjson }\n  new: { type: file, path: new.ndjson, from: oldest }");
        program.HangUp();
        await Eventually.TrueAsync(async () => await CountsAsync(folder, admin) == (1, 1, 3), "the signal is obeyed");
        var left = Export.RunIds(folder.File("leaving.ndjson")).Count;

        Config("  archive: { type: file, path: archive2.ndjson, batch: { maxEvents: 70 } }\n  new: { type: file, path: new.ndjson }", ", maxEventSize: 2MB");
        var applied = await ProgramUnderTest.RunAsync(folder.Path, "reload", "-c", config, "--url", admin.ToString());
        Assert.Equal((0, "sink archive: changed\nsource parts: changed\n"), (applied.ExitCode, applied.Output));
        var unchanged = await ProgramUnderTest.RunAsync(folder.Path, "reload", "-c", config, "--url", admin.ToString());
        Assert.Equal((0, "Nothing is different.\n"), (unchanged.ExitCode, unchanged.Output));

        var beforeMore = index.Distinct;
        await Eventually.TrueAsync(() => index.Distinct > beforeMore, "events flow on");
        await stopFeeding.CancelAsync();
        var events = await feeding * Part;
        await Eventually.TrueAsync(async () => await IsDeliveredAsync(folder, admin, events), "everything is delivered", 120);
        program.Terminate();
        Assert.True(await program.WaitForExitAsync() == 0, program.Errors);

        var expected = Export.ExpectedRunIds(events).ToArray();
        output.WriteLine($"{events} events; HEC {index.Distinct} and {index.Duplicates} duplicates; {left} had left with the removed sink");
        Assert.Equal(events, index.Distinct);
        Assert.Equal(expected, Ids("archive.ndjson").Concat(Ids("archive2.ndjson")).Distinct().Order());
        Assert.Equal(expected, Ids("new.ndjson").Distinct().Order());
        // Since its removal it has got nothing; what it has got until then has no gap.
        Assert.Equal(expected.Take(left), Ids("leaving.ndjson").Order());
        Assert.True(left < events, "nothing flowed after the removal: nothing was proven");

        List<long> Ids(string file) => Export.RunIds(folder.File(file));
    }

    /// <summary>Puts one part after the other there, as whole files; returns how many.</summary>
    private static async Task<int> FeedAsync(TemporaryFolder folder, CancellationToken stop)
    {
        var generator = new DetectionGenerator();
        for (var part = 0; ; part++)
        {
            if (stop.IsCancellationRequested) return part;
            var file = folder.File($"part{part:D5}.ndjson");
            generator.WriteNdjson(file + ".tmp", Part, part * Part);
            File.Move(file + ".tmp", file);
            await Task.Delay(100, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Reloads applied and refused, and sinks at work.</summary>
    private static async Task<(int Applied, int Refused, int Sinks)> CountsAsync(TemporaryFolder folder, Uri admin)
    {
        using var status = await StatusAsync(folder, admin);
        var reloads = status.RootElement.GetProperty("reloads");
        return (reloads.GetProperty("applied").GetInt32(), reloads.GetProperty("refused").GetInt32(), status.RootElement.GetProperty("sinks").GetArrayLength());
    }

    private static async Task<bool> IsDeliveredAsync(TemporaryFolder folder, Uri admin, int events)
    {
        using var status = await StatusAsync(folder, admin);
        return status.RootElement.GetProperty("journal").GetProperty("durableSequence").GetInt64() >= events
            && status.RootElement.GetProperty("sinks").EnumerateArray().All(sink => sink.GetProperty("lagRecords").GetInt64() == 0);
    }

    private static async Task<JsonDocument> StatusAsync(TemporaryFolder folder, Uri admin)
    {
        var (code, text, errors) = await ProgramUnderTest.RunAsync(folder.Path, "status", "--url", admin.ToString(), "--json");
        Assert.True(code == 0, errors);
        return JsonDocument.Parse(text);
    }
}
