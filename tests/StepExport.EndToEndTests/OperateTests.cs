using System.Net;
using System.Text.Json;
using StepExport.Testing;
using StepExport.Testing.SplunkHec;

namespace StepExport.EndToEndTests;

/// <summary>The verbs of an operator, beside the real program and without it.</summary>
public sealed class OperateTests(ITestOutputHelper output)
{
    private const int Refused = 600;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Killed_in_the_middle_of_a_replay_no_letter_is_lost_and_none_is_there_twice()
    {
        using var folder = new TemporaryFolder();
        Export.Detections(folder, Refused);
        await using var server = await FakeHecServer.StartAsync();
        var refusing = true;
        server.Script.Refuse(_ => Volatile.Read(ref refusing), 6);
        var config = Export.Config(folder, Export.HecSink(server, "batch: { maxEvents: 5 }"));
        Assert.Equal(2, (await ProgramUnderTest.RunAsync(folder.Path, "run", "-c", config, "--once")).ExitCode);
        Assert.Equal(Refused, (await LettersAsync(folder, config)).Length);
        Volatile.Write(ref refusing, false);

        // Marked while the program is stopped, given up at once: the letters wait for the next start.
        Assert.Equal(1, (await ProgramUnderTest.RunAsync(folder.Path, "deadletter", "replay", "--all", "-c", config, "--wait", "0s")).ExitCode);
        var (kills, left) = (0, Refused);
        while (left > 0)
        {
            await using var program = ProgramUnderTest.Start(folder.Path, "run", "-c", config);
            var before = server.Index.Distinct;
            await Eventually.TrueAsync(() => server.Index.Distinct > before || server.Index.Distinct == Refused, "a letter arrives");
            if (kills < 3) kills++;
            else await Eventually.TrueAsync(async () => (await LettersAsync(folder, config)).Length == 0, "every letter has left the store");
            await program.KillAsync();

            var letters = await LettersAsync(folder, config);
            left = letters.Length;
            Assert.Equal(left, letters.Distinct().Count());
            Assert.True(left + server.Index.Distinct >= Refused, $"{left} letters and {server.Index.Distinct} events are less than {Refused}");
        }

        output.WriteLine($"killed {kills} times; {server.Index.Duplicates} of {Refused} were sent twice");
        Assert.Equal(Refused, server.Index.Distinct);
        Assert.InRange(server.Index.Duplicates, 0, (kills + 1) * 5);
    }

    [Fact]
    public async Task Beside_the_running_program_a_replay_waits_for_the_outcome_and_says_what_was_refused_again()
    {
        using var folder = new TemporaryFolder();
        Export.Detections(folder, 20);
        await using var server = await FakeHecServer.StartAsync();
        string[] refused = ["20000000003", "20000000007", "20000000011"];
        server.Script.Refuse(e => Array.Exists(refused, r => e.Event.GetProperty("metadata").GetProperty("correlation_uid").GetString()!.EndsWith(r, StringComparison.Ordinal)), 6);
        var config = Export.Config(folder, Export.HecSink(server));
        await using var program = ProgramUnderTest.Start(folder.Path, "run", "-c", config);
        await Eventually.TrueAsync(async () => File.Exists(folder.File("data/deadletters.db")) && (await LettersAsync(folder, config)).Length == 3, "three letters are kept");
        refused = ["20000000007"];

        var (exitCode, said, errors) = await ProgramUnderTest.RunAsync(folder.Path, "deadletter", "replay", "--sink", "splunk", "-c", config);

        Assert.Equal((2, "replaying 3 to sink splunk\n2 done, 1 refused again, 0 on their way\n"), (exitCode, said));
        Assert.Contains("stepexport: letter ", errors, StringComparison.Ordinal);
        Assert.Equal((19, 0), (server.Index.Distinct, server.Index.Duplicates));
        var (_, shown, _) = await ProgramUnderTest.RunAsync(folder.Path, "deadletter", "list", "-c", config);
        Assert.EndsWith("1 in all\n", shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Letters_of_intake_go_through_the_mapper_again_and_reach_every_sink_once()
    {
        using var folder = new TemporaryFolder();
        Export.Detections(folder, 140);
        var config = Export.Config(folder, $"{Export.FileSink}\n  second: {{ type: file, path: second.ndjson }}");
        var text = await File.ReadAllTextAsync(config, Stop);
        await File.WriteAllTextAsync(config, text.Replace("path: detections.ndjson", "path: detections.ndjson, maxEventSize: 1KB", StringComparison.Ordinal), Stop);
        Assert.Equal(2, (await ProgramUnderTest.RunAsync(folder.Path, "run", "-c", config, "--once")).ExitCode);
        var letters = (await LettersAsync(folder, config)).Length;
        Assert.InRange(letters, 1, 139);

        var (exitCode, said, errors) = await ProgramUnderTest.RunAsync(folder.Path, "deadletter", "replay", "--reason", "larger", "-c", config);

        Assert.True(exitCode == 0, errors);
        Assert.Equal($"replaying {letters} through the mapper to every sink\n{letters} done, 0 refused again, 0 on their way\n", said);
        Assert.Equal(0, (await ProgramUnderTest.RunAsync(folder.Path, "run", "-c", config, "--once")).ExitCode);
        foreach (var file in (string[])["archive.ndjson", "second.ndjson"]) Assert.Equal(Export.ExpectedRunIds(140), Export.RunIds(folder.File(file)).Order());
    }

    [Fact]
    public async Task When_the_dead_letters_are_full_intake_waits_and_goes_on_when_some_are_taken_out()
    {
        using var folder = new TemporaryFolder();
        Export.Detections(folder, 50);
        var good = await File.ReadAllLinesAsync(folder.File("detections.ndjson"), Stop);
        var config = Export.Config(folder, Export.FileSink, "deadLetters: { maxCount: 3 }");
        await File.WriteAllTextAsync(folder.File("detections.ndjson"), "bad 1\nbad 2\n" + string.Join('\n', good[..25]) + "\n", Stop);
        await using var program = ProgramUnderTest.Start(folder.Path, "run", "-c", config);
        var admin = await Export.AdminAddressAsync(config);
        await Eventually.TrueAsync(() => Lines(folder.File("archive.ndjson")) == 25, "the first half arrives");

        await File.AppendAllTextAsync(folder.File("detections.ndjson"), "bad 3\nbad 4\n" + string.Join('\n', good[25..]) + "\n", Stop);
        await Eventually.TrueAsync(async () => (await AdminPage.ReadinessAsync(admin)).Status == HttpStatusCode.ServiceUnavailable, "readyz is 503");
        Assert.Contains("dead letters are full (2 of 3 letters", (await AdminPage.ReadinessAsync(admin)).Body, StringComparison.Ordinal);
        Assert.Equal(25, Lines(folder.File("archive.ndjson")));

        var (exitCode, _, errors) = await ProgramUnderTest.RunAsync(folder.Path, "deadletter", "export", "--envelope", "--limit", "2", "--output", "taken.ndjson", "--remove", "-c", config);

        Assert.True(exitCode == 0, errors);
        await Eventually.TrueAsync(() => Lines(folder.File("archive.ndjson")) == 50, "the second half arrives");
        await Eventually.TrueAsync(async () => (await AdminPage.ReadinessAsync(admin)).Status == HttpStatusCode.OK, "readyz is 200 again");
        var taken = (await File.ReadAllLinesAsync(folder.File("taken.ndjson"), Stop)).Select(l => JsonDocument.Parse(l).RootElement.GetProperty("text").GetString());
        Assert.Equal(["bad 1", "bad 2"], taken);
        Assert.Equal(2, (await LettersAsync(folder, config)).Length);
    }

    [Fact]
    public async Task A_running_program_can_be_watched_tapped_and_its_journal_verified()
    {
        using var folder = new TemporaryFolder();
        Export.Detections(folder, 100);
        var config = Export.Config(folder, Export.FileSink);
        await using var program = ProgramUnderTest.Start(folder.Path, "run", "-c", config);
        await Eventually.TrueAsync(() => Lines(folder.File("archive.ndjson")) == 100, "the first detections arrive");
        await using var tap = ProgramUnderTest.Start(folder.Path, "tap", "-c", config, "--type", "Reverse-Shell");
        var admin = await Export.AdminAddressAsync(config);

        // The tap shows what comes after it was opened; so something comes until it shows it.
        var next = 100;
        var generator = new DetectionGenerator();
        await Eventually.TrueAsync(async () =>
        {
            await File.AppendAllLinesAsync(folder.File("detections.ndjson"), Enumerable.Range(next, 14).Select(generator.One), Stop);
            next += 14;
            await Task.Delay(300, Stop);
            return tap.Output.Length > 0;
        }, "the tap shows a finding");
        Assert.All(tap.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.Contains("Reverse-Shell", line, StringComparison.Ordinal));

        await Eventually.TrueAsync(() => Lines(folder.File("archive.ndjson")) == next, "everything arrives");
        var (code, verified, errors) = await ProgramUnderTest.RunAsync(folder.Path, "journal", "verify", "-c", config);
        Assert.True(code == 0, verified + errors);
        Assert.Contains($"Every frame was read: {next} records, no damage among them.", verified, StringComparison.Ordinal);
        Assert.Contains("open in process", verified, StringComparison.Ordinal);

        var (_, status, _) = await ProgramUnderTest.RunAsync(folder.Path, "status", "--url", admin.ToString());
        Assert.Contains(", ready,", status, StringComparison.Ordinal);
        Assert.Matches($@"(?m)^archive +{next} ", status);

        Assert.Equal((0, "ok\n"), Two(await ProgramUnderTest.RunAsync(folder.Path, "health", "-c", config)));
        Assert.Equal(0, (await ProgramUnderTest.RunAsync(folder.Path, "health", "--ready", "-c", config)).ExitCode);
        program.Terminate();
        Assert.Equal(0, await program.WaitForExitAsync());
        var (gone, _, why) = await ProgramUnderTest.RunAsync(folder.Path, "health", "-c", config);
        Assert.Equal(1, gone);
        Assert.Contains("is the program running", why, StringComparison.Ordinal);
        Assert.Equal(0, (await ProgramUnderTest.RunAsync(folder.Path, "journal", "verify", "-c", config)).ExitCode);
    }

    private static (int, string) Two((int ExitCode, string Output, string) result) => (result.ExitCode, result.Output);

    private static async Task<long[]> LettersAsync(TemporaryFolder folder, string config)
    {
        var (exitCode, lines, errors) = await ProgramUnderTest.RunAsync(folder.Path, "deadletter", "list", "--json", "--limit", "100000", "-c", config);
        Assert.True(exitCode == 0, errors);
        return [.. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("id").GetInt64())];
    }

    private static int Lines(string file) => File.Exists(file) ? File.ReadLines(file).Count() : 0;
}
