using StepExport.Testing;
using StepExport.Testing.SplunkHec;

namespace StepExport.EndToEndTests;

/// <summary>kill -9 of the real program while events flow.</summary>
public sealed class KillTests(ITestOutputHelper output)
{
    private const int Events = 100_000;

    [Fact]
    public async Task Every_event_arrives_although_the_program_is_killed_at_random_moments()
    {
        using var folder = new TemporaryFolder();
        Export.Detections(folder, Events);
        var index = new HecIndex(keepEvents: false);
        await using var server = await FakeHecServer.StartAsync(new() { Index = index });
        var config = Export.Config(folder, $"{Export.HecSink(server, "batch: { maxEvents: 200 }")}\n{Export.FileSink}");
        var random = new Random(20261122);

        var kills = 0;
        for (var exitCode = -1; exitCode != 0;)
        {
            await using var program = ProgramUnderTest.Start(folder.Path, "run", "-c", config, "--once");
            // Not before something has arrived since the start, so that every run makes progress; then at any moment.
            var before = index.Distinct;
            await Eventually.TrueAsync(() => program.HasExited || index.Distinct > before, "an event arrives");
            await Task.WhenAny(program.WaitForExitAsync(), Task.Delay(random.Next(0, 400), TestContext.Current.CancellationToken));
            if (program.HasExited || kills >= 12)
            {
                exitCode = await program.WaitForExitAsync();
                Assert.True(exitCode == 0, program.Errors);
                continue;
            }

            await program.KillAsync();
            kills++;
        }

        output.WriteLine($"killed {kills} times; HEC: {index.Distinct} distinct, {index.Duplicates} duplicates");
        Assert.True(kills >= 3, $"killed only {kills} times: nothing was proven");
        Assert.Equal(Events, index.Distinct);

        var archived = Export.RunIds(folder.File("archive.ndjson"));
        output.WriteLine($"file: {archived.Count} lines, {archived.Count - Events} duplicates");
        Assert.Equal(Export.ExpectedRunIds(Events), archived.Distinct().Order());
    }
}
