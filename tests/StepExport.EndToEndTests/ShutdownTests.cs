using System.Text;
using StepExport.Testing;
using StepExport.Testing.SplunkHec;

namespace StepExport.EndToEndTests;

/// <summary>Signals, leftovers, a second instance.</summary>
public sealed class ShutdownTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_dead_sink_leaves_at_Ctrl_C_is_delivered_after_the_next_start()
    {
        using var folder = new TemporaryFolder();
        Export.Detections(folder, 3000);
        await using var server = await FakeHecServer.StartAsync();
        server.Script.Always(HecReply.Busy);
        var config = Export.Config(folder, Export.HecSink(server));
        await using (var program = ProgramUnderTest.Start(folder.Path, "run", "-c", config))
        {
            await server.WhenReceived(1).WaitAsync(Hangs.After, Stop);
            program.Interrupt();
            Assert.Equal(0, await program.WaitForExitAsync());
        }

        Assert.Equal(0, server.Index.Distinct);
        server.Script.Always(null);
        var (exitCode, _, errors) = await ProgramUnderTest.RunAsync(folder.Path, "run", "-c", config, "--once");

        Assert.True(exitCode == 0, errors);
        Assert.Equal((3000, 0), (server.Index.Distinct, server.Index.Duplicates));
    }

    [Fact]
    public async Task A_second_run_over_the_same_files_exports_only_what_is_new()
    {
        using var folder = new TemporaryFolder();
        Export.Detections(folder, 100);
        var config = Export.Config(folder, Export.FileSink);
        await ProgramUnderTest.RunAsync(folder.Path, "run", "-c", config, "--once");
        await File.AppendAllTextAsync(folder.File("detections.ndjson"), new DetectionGenerator().One(100) + "\n", Stop);

        var (exitCode, _, errors) = await ProgramUnderTest.RunAsync(folder.Path, "run", "-c", config, "--once");

        Assert.True(exitCode == 0, errors);
        Assert.Equal(Export.ExpectedRunIds(101), Export.RunIds(folder.File("archive.ndjson")));
    }

    [Fact]
    public async Task A_second_instance_on_the_same_data_is_refused_with_the_holder_named()
    {
        using var folder = new TemporaryFolder();
        Export.Detections(folder, 1);
        var config = Export.Config(folder, Export.FileSink);
        await using var first = ProgramUnderTest.Start(folder.Path, "run", "-c", config);
        await Eventually.TrueAsync(() => File.Exists(folder.File("archive.ndjson")), "the first instance works");

        var (exitCode, _, errors) = await ProgramUnderTest.RunAsync(folder.Path, "run", "-c", config);

        Assert.Equal(1, exitCode);
        Assert.Contains("in use by process", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Detections_can_be_piped_in()
    {
        using var folder = new TemporaryFolder();
        var config = folder.Write("pipe.yaml", """
            dataDir: data
            admin: { listen: "off" }
            sources: { pipe: { type: stdin } }
            sinks: { archive: { type: file, path: archive.ndjson } }
            """);
        var lines = string.Join('\n', Enumerable.Range(0, 50).Select(new DetectionGenerator().One)) + "\nnot json\n";

        var (exitCode, _, errors) = await ProgramUnderTest.RunWithInputAsync(folder.Path, Encoding.UTF8.GetBytes(lines), "run", "-c", config, "--once");

        Assert.True(exitCode == 2, errors);
        Assert.Equal(Export.ExpectedRunIds(50), Export.RunIds(folder.File("archive.ndjson")));
    }
}
