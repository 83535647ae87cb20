using StepExport.Testing;
using StepExport.Testing.SplunkHec;

namespace StepExport.EndToEndTests;

/// <summary>The same detections again, under another name, in a later run of the real program.</summary>
public sealed class DedupeTests
{
    private const int Events = 3_000;

    [Fact]
    public async Task Without_its_store_everything_that_the_journal_still_holds_is_exported_once()
    {
        using var folder = new TemporaryFolder();
        await using var server = await FakeHecServer.StartAsync();
        var config = Config(folder, Export.HecSink(server));
        server.Script.Always(HecReply.Busy);
        new DetectionGenerator().WriteNdjson(folder.File("in-1.ndjson"), Events);
        await using (var program = ProgramUnderTest.Start(folder.Path, "run", "-c", config))
        {
            var metrics = new Uri(await Export.AdminAddressAsync(config), "/metrics");
            await Eventually.TrueAsync(async () => await HasAsync(metrics, $"stepexport_source_durable_total{{source=\"detections\"}} {Events}"), "all are durable");
            await program.KillAsync();
        }

        File.Delete(folder.File("data/dedupe.db"));
        File.Delete(folder.File("data/dedupe.db-wal"));
        File.Delete(folder.File("data/dedupe.db-shm"));
        server.Script.Always(null);
        var summary = await AgainAsync(folder, config);

        Assert.Contains("3,000 had been read before", summary, StringComparison.Ordinal);
        Assert.Equal((Events + 10, 0), (server.Index.Distinct, server.Index.Duplicates));
    }

    [Fact]
    public async Task With_its_store_what_the_journal_no_longer_holds_is_not_exported_again()
    {
        using var folder = new TemporaryFolder();
        var config = Config(folder, Export.FileSink, "journal: { maxSize: 1MB, segmentSize: 64KB }");
        new DetectionGenerator().WriteNdjson(folder.File("in-1.ndjson"), Events);
        var (exitCode, _, errors) = await ProgramUnderTest.RunAsync(folder.Path, "run", "-c", config, "--once");
        Assert.True(exitCode == 0, errors);
        Assert.DoesNotContain(Directory.GetFiles(folder.File("data/journal")), file => file.EndsWith("-0000000000000000001.seg", StringComparison.Ordinal));

        var summary = await AgainAsync(folder, config);

        Assert.Contains("3,000 had been read before", summary, StringComparison.Ordinal);
        Assert.Equal(Export.ExpectedRunIds(Events + 10), Export.RunIds(folder.File("archive.ndjson")));
    }

    private static string Config(TemporaryFolder folder, string sinks, string more = "")
    {
        var config = Export.Config(folder, sinks, more);
        File.WriteAllText(config, File.ReadAllText(config).Replace("path: detections.ndjson", "path: in-*.ndjson", StringComparison.Ordinal));
        return config;
    }

    /// <summary>All of them in another file, and ten more; returns what the program says of its run.</summary>
    private static async Task<string> AgainAsync(TemporaryFolder folder, string config)
    {
        new DetectionGenerator().WriteNdjson(folder.File("in-2.ndjson"), Events + 10);
        var (exitCode, _, errors) = await ProgramUnderTest.RunAsync(folder.Path, "run", "-c", config, "--once");
        Assert.True(exitCode == 0, errors);
        return errors;
    }

    private static async Task<bool> HasAsync(Uri page, string line)
    {
        try
        {
            return (await AdminPage.GetAsync(page)).Split('\n').Contains(line);
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
