using System.Net;
using System.Text.Json;
using StepExport.Testing;
using StepExport.Testing.SplunkHec;

namespace StepExport.EndToEndTests;

/// <summary>One sink's trouble is its own, and ends without a restart.</summary>
public sealed class SinkTroubleTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(6)]
    [InlineData(7)]
    public async Task A_refused_event_is_dead_lettered_alone_and_all_others_arrive_once(int code)
    {
        using var folder = new TemporaryFolder();
        Export.Detections(folder, 500);
        await using var server = await FakeHecServer.StartAsync();
        server.Script.Refuse(e => e.Event.GetProperty("metadata").GetProperty("correlation_uid").GetString()!.EndsWith("20000000123", StringComparison.Ordinal), code);
        var config = Export.Config(folder, Export.HecSink(server));

        var (exitCode, _, errors) = await ProgramUnderTest.RunAsync(folder.Path, "run", "-c", config, "--once");

        Assert.True(exitCode == 2, errors);
        Assert.Equal((499, 0), (server.Index.Distinct, server.Index.Duplicates));
        Assert.DoesNotContain(server.Index.Events, e => e.Event.GetRawText().Contains("20000000123", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_dead_destination_does_not_delay_the_other_sink_and_gets_everything_when_it_is_back()
    {
        using var folder = new TemporaryFolder();
        Export.Detections(folder, 6_000);
        await using var server = await FakeHecServer.StartAsync();
        server.Script.Always(HecReply.Busy);
        var config = Export.Config(folder, $"{Export.HecSink(server)}\n{Export.FileSink}");
        await using var program = ProgramUnderTest.Start(folder.Path, "run", "-c", config, "--once");

        await Eventually.TrueAsync(() => LineCount(folder.File("archive.ndjson")) == 6_000, "the file sink has everything");
        Assert.Equal(0, server.Index.Distinct);
        Assert.False(program.HasExited);
        server.Script.Always(null);

        Assert.Equal(0, await program.WaitForExitAsync());
        Assert.Equal((6_000, 0), (server.Index.Distinct, server.Index.Duplicates));
    }

    [Fact]
    public async Task A_full_journal_stops_the_intake_and_nothing_is_lost()
    {
        using var folder = new TemporaryFolder();
        Export.Detections(folder, 6_000);
        await using var server = await FakeHecServer.StartAsync();
        server.Script.Always(HecReply.Busy);
        var config = Export.Config(folder, $"{Export.HecSink(server)}\n{Export.FileSink}", "journal: { maxSize: 4MB }");
        await using var program = ProgramUnderTest.Start(folder.Path, "run", "-c", config, "--once");
        var admin = await Export.AdminAddressAsync(config);

        // The other sink has caught up with all that is durable, and yet the journal is full: the dead sink's cursor holds it.
        await Eventually.TrueAsync(async () => (await AdminPage.ReadinessAsync(admin)).Body.Contains("full", StringComparison.Ordinal), "the journal is full");
        var durable = await DurableSequenceAsync(admin);
        await Eventually.TrueAsync(() => LineCount(folder.File("archive.ndjson")) == durable, "the file sink has what is durable");
        Assert.Contains("full", (await AdminPage.ReadinessAsync(admin)).Body, StringComparison.Ordinal);
        Assert.Equal(durable, await DurableSequenceAsync(admin));
        Assert.InRange(durable, 1, 3_000);
        server.Script.Always(null);

        Assert.Equal(0, await program.WaitForExitAsync());
        Assert.Equal((6_000, 0), (server.Index.Distinct, server.Index.Duplicates));
        Assert.Equal(Export.ExpectedRunIds(6_000), Export.RunIds(folder.File("archive.ndjson")));
    }

    [Fact]
    public async Task A_refused_token_drops_nothing_shows_in_readyz_and_a_new_one_is_taken_without_a_restart()
    {
        using var folder = new TemporaryFolder();
        Export.Detections(folder, 1000);
        await using var server = await FakeHecServer.StartAsync();
        var tokenFile = folder.Write("token", "expired");
        var config = Export.Config(folder, Export.HecSink(server).Replace($"'{server.Token}'", $"'${{file:{tokenFile}}}'", StringComparison.Ordinal));
        await using var program = ProgramUnderTest.Start(folder.Path, "run", "-c", config);
        var admin = await Export.AdminAddressAsync(config);

        await Eventually.TrueAsync(async () => (await AdminPage.ReadinessAsync(admin)).Status == HttpStatusCode.ServiceUnavailable, "readyz is 503");
        var (_, body) = await AdminPage.ReadinessAsync(admin);
        Assert.Contains("splunk", body, StringComparison.Ordinal);
        Assert.Contains("token", body, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("stepexport_sink_healthy{sink=\"splunk\"} 0", await AdminPage.GetAsync(new(admin, "/metrics")), StringComparison.Ordinal);
        Assert.Equal(0, server.Index.Distinct);

        await File.WriteAllTextAsync(tokenFile, server.Token + "\n", Stop);
        await server.Index.WhenDistinct(1000).WaitAsync(TimeSpan.FromMinutes(2), Stop);
        await Eventually.TrueAsync(async () => (await AdminPage.ReadinessAsync(admin)).Status == HttpStatusCode.OK, "readyz is 200 again");
        Assert.Equal(0, server.Index.Duplicates);

        program.Terminate();
        Assert.Equal(0, await program.WaitForExitAsync());
    }

    private static int LineCount(string file) => File.Exists(file) ? File.ReadLines(file).Count() : 0;

    private static async Task<long> DurableSequenceAsync(Uri admin)
    {
        using var status = JsonDocument.Parse(await AdminPage.GetAsync(new(admin, "/api/status")));
        return status.RootElement.GetProperty("journal").GetProperty("durableSequence").GetInt64();
    }
}
