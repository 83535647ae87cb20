using System.Net;
using StepExport.Testing;
using StepExport.Testing.Kafka;

namespace StepExport.EndToEndTests;

/// <summary>Brokers that go away and come back, seen from outside the program.</summary>
public sealed class KafkaTroubleTests
{
    private const int Events = 2_000;
    private const string Topic = "security.detections";

    [Fact]
    public async Task Brokers_that_are_down_show_in_readyz_and_cost_nothing()
    {
        using var folder = new TemporaryFolder();
        Export.Detections(folder, Events);
        using var cluster = new MockCluster(brokers: 3);
        cluster.CreateTopic(Topic, partitions: 6);
        cluster.BreakAll();
        var config = Export.Config(folder, $"{Export.KafkaSink(cluster, Topic, "timeout: 2s, librdkafka: { socket.connection.setup.timeout.ms: '1000' }")}\n{Export.FileSink}");
        await using var program = ProgramUnderTest.Start(folder.Path, "run", "-c", config);
        var admin = await Export.AdminAddressAsync(config);

        await Eventually.TrueAsync(
            async () => await AdminPage.ReadinessAsync(admin) is (HttpStatusCode.ServiceUnavailable, var body) && body.Contains("bus", StringComparison.Ordinal),
            "readyz names the sink");
        await Eventually.TrueAsync(() => File.Exists(folder.File("archive.ndjson")) && File.ReadLines(folder.File("archive.ndjson")).Count() == Events, "the other sink goes on");
        cluster.RepairAll();
        await Eventually.TrueAsync(async () => await AdminPage.ReadinessAsync(admin) is (HttpStatusCode.OK, _), "readyz is 200 again");

        program.Terminate();
        Assert.True(await program.WaitForExitAsync() == 0, program.Errors);
        var uids = KafkaReader.Read(cluster.BootstrapServers, Topic).Select(m => m.Uid).ToList();
        Assert.Equal(Events, uids.Distinct().Count());
    }
}
