using System.Text.Json;
using StepExport.Testing;
using StepExport.Testing.StepSecurity;

namespace StepExport.EndToEndTests;

/// <summary>The real program against the vendor's API, whose lists move while they are read and which fails in every way.</summary>
public sealed class StepSecurityTests(ITestOutputHelper output)
{
    private const int Kills = 4;

    [Fact]
    public async Task Each_detection_is_exported_once_per_state_while_pages_shift_the_API_fails_and_the_program_is_killed()
    {
        using var folder = new TemporaryFolder();
        await using var server = await FakeApiServer.StartAsync();
        server.Fault = FakeApiFault.Storm(most: 40);
        var story = new DetectionStory(server.Store);
        var archive = new ArchiveFollower(folder.File("archive.ndjson"));
        var config = Config(folder, server);
        var random = new Random(20261122);

        for (var kill = 0; kill < Kills; kill++)
        {
            await using var victim = ProgramUnderTest.Start(folder.Path, "run", "-c", config);
            // Not before the program has got on, so that the story does; then at any moment
            var enough = archive.Findings.Count + random.Next(500, 2500);
            await Eventually.TrueAsync(() => victim.HasExited || Follow() >= enough, "detections are exported");
            Assert.False(victim.HasExited, victim.Errors);
            await victim.KillAsync();
            archive.StartOver();
        }

        await using var program = ProgramUnderTest.Start(folder.Path, "run", "-c", config);
        await Eventually.TrueAsync(() => program.HasExited || Follow() >= story.Expected.Count, $"all {story.Expected.Count} are exported");
        var status = await AdminPage.GetAsync(new(await Export.AdminAddressAsync(config), "/api/status"));
        server.Fault = _ => null;
        await Eventually.TrueAsync(
            async () => !(await AdminPage.ReadinessAsync(await Export.AdminAddressAsync(config))).Body.Contains("\"api\"", StringComparison.Ordinal),
            "the source is well when the API is");
        program.Terminate();
        Assert.Equal(0, await program.WaitForExitAsync());
        archive.Read();

        output.WriteLine($"{Kills} kills, {server.Requests.Count} requests, {server.Faults.Count} faults, {archive.Lines} lines of {archive.Findings.Count} findings");
        Assert.Equal(story.Expected.Order(), archive.Findings.Values.Order());
        // What the file has twice was delivered twice after a kill; the journal has each of them once
        using var report = JsonDocument.Parse(status);
        Assert.Equal(story.Expected.Count, report.RootElement.GetProperty("journal").GetProperty("durableSequence").GetInt64());
        Assert.Equal(0, report.RootElement.GetProperty("deadLetters").GetProperty("count").GetInt64());
        Assert.Subset(server.Faults.Select(fault => fault.Status).ToHashSet(), new HashSet<int> { 429, 500, 503 });
        Assert.True(server.Peak <= 4 * (Kills + 1), $"{server.Peak} requests at the same time");

        int Follow()
        {
            foreach (var finding in archive.Read()) story.Seen(finding);
            return archive.Findings.Count;
        }
    }

    private static string Config(TemporaryFolder folder, FakeApiServer server) => Export.Config(folder, Export.FileSink, $$"""
          api:
            type: stepsecurity
            baseUrl: {{server.Address}}
            customer: {{server.Customer}}
            apiKey: {{server.Key}}
            pollInterval: 1s
            sweepInterval: 2s
            threatIntelligence: { enabled: false }
            retry: { initial: 50ms, max: 500ms }
        """);
}
