using System.Text.Json;
using StepExport.Testing;
using StepExport.Testing.SplunkHec;

namespace StepExport.EndToEndTests;

/// <summary>One journal, and each sink has of it what it wants, as it wants it.</summary>
public sealed class FormatTests
{
    private const string Finding = """
        {"id":"Reverse-Shell", "owner":"acme", "repo":"shop", "run_id":"7", "timestamp":"1753204005"
        """;

    [Fact]
    public async Task Every_sink_gets_its_format_of_the_states_it_asks_for()
    {
        using var folder = new TemporaryFolder();
        await using var splunk = await FakeHecServer.StartAsync();
        folder.Write("detections.ndjson", $"{Finding}}}\n{Finding}, \"is_suppressed\":true}}\n{Finding}, \"is_resolved\":true}}\n");
        var sinks = Export.HecSink(splunk, "format: cim, where: { states: [new, resolved] }")
            + "\n  elastic: { type: file, path: ecs.ndjson, format: ecs }"
            + "\n  vault: { type: file, path: raw.ndjson, format: raw, where: { states: [suppressed] } }";
        var config = Export.Config(folder, sinks, "normalization: { includeRaw: true }");

        var (exitCode, _, errors) = await ProgramUnderTest.RunAsync(folder.Path, "run", "-c", config, "--once");

        Assert.True(exitCode == 0, errors);
        Assert.Equal(
            ["stepsecurity:detection:cim New", "stepsecurity:detection:cim Resolved"],
            splunk.Index.Events.Select(e => $"{e.Envelope.GetProperty("sourcetype")} {e.Envelope.GetProperty("event").GetProperty("finding_status")}").Order());
        Assert.Equal(["New", "Suppressed", "Resolved"], File.ReadLines(folder.File("ecs.ndjson")).Select(StatusOf));
        Assert.Equal(
            """{"id":"Reverse-Shell","owner":"acme","repo":"shop","run_id":"7","timestamp":"1753204005","is_suppressed":true}""",
            Assert.Single(File.ReadLines(folder.File("raw.ndjson"))));
    }

    private static string? StatusOf(string line)
    {
        using var json = JsonDocument.Parse(line);
        return json.RootElement.GetProperty("labels").GetProperty("status").GetString();
    }
}
