using System.Globalization;
using System.Text.RegularExpressions;
using StepExport.Testing;

namespace StepExport.EndToEndTests;

/// <summary>What a sink that nobody runs any more does to the real program, and what it does not.</summary>
public sealed partial class SinkLifeTests(ITestOutputHelper output)
{
    private const int Events = 2_000;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_dead_sink_that_has_filled_the_journal_is_removed_and_the_others_get_every_event_once()
    {
        using var folder = new TemporaryFolder();
        Export.Detections(folder, Events);
        // Below a file there can be no file: it is never written.
        var config = Export.Config(folder, $"{Export.FileSink}\n  dead: {{ type: file, path: detections.ndjson/no.ndjson }}", "journal: { maxSize: 1MB, segmentSize: 64KB }");
        var text = await File.ReadAllTextAsync(config, Stop);
        await using var program = ProgramUnderTest.Start(folder.Path, "run", "-c", config);
        await Eventually.TrueAsync(() => program.Errors.Contains("The journal is full", StringComparison.Ordinal), "intake waits");
        var taken = 0;
        await Eventually.TrueAsync(() => (taken = Lines(folder.File("archive.ndjson"))) > 0, "the other sink has what there is");
        Assert.InRange(taken, 1, Events - 1);

        await File.WriteAllLinesAsync(config, text.Split('\n').Where(line => !line.StartsWith("  dead:", StringComparison.Ordinal)), Stop);
        var (checkCode, _, checkSaid) = await ProgramUnderTest.RunAsync(folder.Path, "check", "-c", config);
        var (exitCode, changes, warned) = await ProgramUnderTest.RunAsync(folder.Path, "reload", "-c", config);

        Assert.Equal((0, 0, "sink dead: removed\n"), (checkCode, exitCode, changes));
        var undelivered = int.Parse(Undelivered().Match(checkSaid).Groups[1].Value, CultureInfo.InvariantCulture);
        Assert.InRange(undelivered, 1, Events - 1);
        Assert.Contains($"sinks: 'dead' was removed; {undelivered} records were not delivered to it", warned, StringComparison.Ordinal);
        await Eventually.TrueAsync(() => Lines(folder.File("archive.ndjson")) >= Events, "everything is delivered");
        await Eventually.TrueAsync(() => Directory.GetFiles(folder.File("data/journal"), "*.seg").Length == 1, "the journal lets go");
        Assert.Contains("Sink dead was removed, and the journal runs short of room", program.Errors, StringComparison.Ordinal);
        program.Terminate();
        Assert.True(await program.WaitForExitAsync() == 0, program.Errors);

        Assert.Equal(Export.ExpectedRunIds(Events), Export.RunIds(folder.File("archive.ndjson")).Order());
        output.WriteLine($"{undelivered} records had waited for the dead sink");
    }

    [Fact]
    public async Task With_once_a_hang_up_is_ignored()
    {
        using var folder = new TemporaryFolder();
        Export.Detections(folder, 20_000);
        var config = Export.Config(folder, Export.FileSink);
        await using var program = ProgramUnderTest.Start(folder.Path, "run", "-c", config, "--once");
        await Eventually.TrueAsync(() => program.HasExited || Lines(folder.File("archive.ndjson")) > 0, "events flow");
        Assert.False(program.HasExited, "it was over before: nothing was proven");
        program.HangUp();
        Assert.True(await program.WaitForExitAsync() == 0, program.Errors);
        Assert.Equal(20_000, Lines(folder.File("archive.ndjson")));
        Assert.DoesNotContain("Reload", program.Errors, StringComparison.Ordinal);
    }

    private static int Lines(string file)
    {
        if (!File.Exists(file)) return 0;
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(stream);
        var lines = 0;
        while (reader.ReadLine() is not null) lines++;
        return lines;
    }

    [GeneratedRegex(@"'dead' was removed; (\d+) records were not delivered")]
    private static partial Regex Undelivered();
}
