using System.Text.Json;
using System.Text.RegularExpressions;
using StepExport.Testing;
using StepExport.Testing.SplunkHec;

namespace StepExport.EndToEndTests;

/// <summary>The program's own log, on standard error and in Splunk.</summary>
public sealed partial class OwnLogTests
{
    [Fact]
    public async Task The_log_goes_to_standard_error_and_to_Splunk_and_an_outage_is_said_once()
    {
        using var folder = new TemporaryFolder();
        var index = new HecIndex();
        var options = new HecServerOptions { NeedsChannel = false, Index = index };
        var server = await FakeHecServer.StartAsync(options);
        Export.Detections(folder, 10);
        var config = Export.Config(folder, Export.FileSink, $"log: {{ splunk: {{ level: information, endpoints: ['{server.Address}'], token: '{server.Token}', host: node-7 }} }}");
        await using var program = ProgramUnderTest.Start(folder.Path, "run", "-c", config);
        await Eventually.TrueAsync(() => index.Events.Any(e => Message(e).StartsWith("Started 1 sources", StringComparison.Ordinal)), "the start is in Splunk");
        var admin = await Export.AdminAddressAsync(config);
        await Eventually.TrueAsync(async () => Shipped().IsMatch(await AdminPage.GetAsync(new(admin, "/metrics"))), "the shipped lines are counted");
        await Eventually.TrueAsync(() => File.Exists(folder.File("archive.ndjson")) && File.ReadLines(folder.File("archive.ndjson")).Count() == 10, "the detections are exported");

        await server.DisposeAsync();
        program.Terminate();
        var exitCode = await program.WaitForExitAsync();

        Assert.Equal(0, exitCode);
        var lines = program.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => l[0] == '{').Select(l => JsonSerializer.Deserialize<JsonElement>(l)).ToList();
        Assert.All(lines, line => Assert.Equal(JsonValueKind.String, line.GetProperty("version").ValueKind));
        var unsent = Assert.Single(lines, l => l.GetProperty("message").GetString()!.Contains("were not sent to Splunk before the end", StringComparison.Ordinal));
        Assert.True(unsent.GetProperty("properties").GetProperty("Lost").GetInt32() >= 1);
        Assert.Single(lines, l => l.GetProperty("message").GetString()!.StartsWith("The log does not reach Splunk", StringComparison.Ordinal));
        Assert.DoesNotContain(server.Token, program.Errors, StringComparison.Ordinal);

        // What the way to Splunk says about itself never takes it.
        Assert.All(index.Events, e => Assert.NotEqual("StepExport.Logs", e.Event.GetProperty("category").GetString()));
        Assert.All(index.Events, e => Assert.Equal("node-7", e.Envelope.GetProperty("host").GetString()));
    }

    [GeneratedRegex(@"\nstepexport_log_lines_shipped_total [1-9]\d*\n(#.*\n)*stepexport_log_lines_lost_total 0\n")]
    private static partial Regex Shipped();

    private static string Message(HecEvent hecEvent) => hecEvent.Event.GetProperty("message").GetString()!;
}
