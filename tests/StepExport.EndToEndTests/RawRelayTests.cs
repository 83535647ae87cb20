using System.Text;
using System.Text.Json.Nodes;
using StepExport.Testing;
using StepExport.Testing.Kafka;

namespace StepExport.EndToEndTests;

/// <summary>One program takes detections in and writes them raw to Kafka, another one reads them there and exports: docs/scaling.md.</summary>
public sealed class RawRelayTests
{
    private const int Generated = 1_400;
    private const int Partitions = 4;
    private const string Topic = "stepsecurity.raw";

    private const string WithCredential = "acme/shop/8/-/Reverse-Shell";

    [Fact]
    public async Task What_goes_through_Kafka_raw_comes_out_as_the_same_findings()
    {
        using var folder = new TemporaryFolder();
        using var cluster = new MockCluster();
        cluster.CreateTopic(Topic, Partitions);
        File.AppendAllText(Export.Detections(folder, Generated), """
            { "id" : "Reverse-Shell", "owner":"acme", "repo":"shop", "run_id":"7", "timestamp":"1753204005", "big": 1.50e3, "is_suppressed": true, "note":"é\u00e9 \"q\"" }
            {"id":"Reverse-Shell","owner":"acme","repo":"shop","run_id":"8","process_events":[{"pid":"1","exe":"/bin/curl","arguments":["curl","--password","hunter2"]}]}

            """);

        await RunAsync(folder, "ingest", $$"""
            normalization: { includeRaw: true }
            sources:
              detections: { type: file, path: detections.ndjson }
            sinks:
            {{Export.KafkaSink(cluster, Topic, "format: raw")}}
              direct: { type: file, path: direct.ndjson }
            """);
        Assert.DoesNotContain(KafkaReader.Read(cluster.BootstrapServers, Topic), m => Encoding.UTF8.GetString(m.Value).Contains("hunter2", StringComparison.Ordinal));

        await RunAsync(folder, "export", $$"""
            sources:
              raw: { type: kafka, bootstrapServers: '{{cluster.BootstrapServers}}', topics: [{{Topic}}], groupId: export }
            sinks:
              relayed: { type: file, path: relayed.ndjson }
            """);

        var (direct, relayed) = (Findings(folder.File("direct.ndjson")), Findings(folder.File("relayed.ndjson")));
        Assert.Equal(Generated + 2, direct.Count);
        Assert.Equal(direct.Keys.Order(), relayed.Keys.Order());
        foreach (var (uid, finding) in direct.Where(f => f.Key != WithCredential))
            Assert.Equal(finding.ToJsonString(), relayed[uid].ToJsonString());

        // The detection's uid is computed from what was received, and the second program receives it masked
        Assert.NotEqual(direct[WithCredential]["metadata"]!["uid"]!.GetValue<string>(), relayed[WithCredential]["metadata"]!["uid"]!.GetValue<string>());
    }

    private static async Task RunAsync(TemporaryFolder folder, string name, string config)
    {
        var file = folder.Write($"{name}.yaml", $"dataDir: data-{name}\nadmin: {{ listen: off }}\n{config}");
        var (exitCode, _, errors) = await ProgramUnderTest.RunAsync(folder.Path, "run", "-c", file, "--once");
        Assert.True(exitCode == 0, errors);
    }

    /// <summary>By the finding's uid; without the text as received, of which the relay has taken the white space.</summary>
    private static Dictionary<string, JsonObject> Findings(string file) => File.ReadLines(file)
        .Select(line => JsonNode.Parse(line)!.AsObject())
        .ToDictionary(finding => finding["finding_info"]!["uid"]!.GetValue<string>(), WithoutText);

    private static JsonObject WithoutText(JsonObject finding)
    {
        finding.Remove("raw_data");
        return finding;
    }
}
