using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using StepExport.Testing;
using StepExport.Testing.Kafka;
using StepExport.Testing.S3;

namespace StepExport.EndToEndTests;

/// <summary>Names that an attacker chose reach neither a key outside the prefix nor a topic of his choice.</summary>
public sealed partial class HostileNameTests
{
    private static readonly string[] Owners = ["../../etc", "a\u0000b\u0007\u001b[31m", "line\nfeed\r\n", "%2e%2e%2f%2e%2e", new string('x', 300), "..", "", "ü/ö", "a//b", "{owner}"];

    [Fact]
    public async Task A_hostile_owner_stays_inside_the_prefix_and_the_topic()
    {
        Assert.SkipUnless(RadosGateway.IsInstalled, RadosGateway.Missing);
        using var folder = new TemporaryFolder();
        var generator = new DetectionGenerator();
        await File.WriteAllLinesAsync(folder.File("detections.ndjson"), Owners.Select((owner, i) => WithOwner(generator.One(i), owner)), TestContext.Current.CancellationToken);
        var bucket = await (await RadosGateway.SharedAsync()).NewBucketAsync();
        using var cluster = new MockCluster();
        var config = Export.Config(folder, $$"""
            {{Export.S3Sink(bucket, "prefix: 'inside/{owner}/{repo}'")}}
            {{Export.KafkaSink(cluster, "'sec.{owner}'")}}
            """);

        var (exitCode, _, errors) = await ProgramUnderTest.RunAsync(folder.Path, "run", "-c", config, "--once");

        Assert.True(exitCode == 0, errors);
        Assert.Equal(Owners.Length, (await bucket.AllLinesAsync()).Count);
        Assert.All(await bucket.KeysAsync(), key => Assert.Matches(LegalKey(), key));
        Assert.All(KafkaReader.Topics(cluster.BootstrapServers), topic => Assert.Matches(@"^sec\.[A-Za-z0-9._-]{1,100}$", topic));
    }

    [GeneratedRegex(@"^inside/(?!\.\.?/)[A-Za-z0-9._-]{1,100}/(?!\.\.?/)[A-Za-z0-9._-]{1,100}/date=\d{4}-\d\d-\d\d/hour=\d\d/lake-\d+-\d+-[0-9a-f]{16}\.jsonl\.gz$")]
    private static partial Regex LegalKey();

    private static string WithOwner(string detection, string owner)
    {
        var json = JsonNode.Parse(detection)!.AsObject();
        (json["owner"], json["repo"]) = (owner, $"{owner}/service");
        return json.ToJsonString();
    }
}
