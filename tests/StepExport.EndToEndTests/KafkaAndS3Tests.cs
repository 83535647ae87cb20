using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using StepExport.Testing;
using StepExport.Testing.Kafka;
using StepExport.Testing.S3;

namespace StepExport.EndToEndTests;

/// <summary>Kafka and S3 at once: the real program, a real S3 server, the real Kafka protocol.</summary>
public sealed class KafkaAndS3Tests(ITestOutputHelper output)
{
    private const int Events = 50_000;
    private const int ObjectBytes = 2_000_000;
    private const string Topic = "security.detections";

    [Fact]
    public async Task Fifty_thousand_events_reach_both_and_are_what_was_promised()
    {
        Assert.SkipUnless(RadosGateway.IsInstalled, RadosGateway.Missing);
        using var folder = new TemporaryFolder();
        Export.Detections(folder, Events);
        var bucket = await (await RadosGateway.SharedAsync()).NewBucketAsync();
        using var cluster = new MockCluster();
        // So many, because each keeps only its newest five megabytes.
        cluster.CreateTopic(Topic, partitions: 32);
        var config = Export.Config(folder, $"""
            {Export.S3Sink(bucket, "prefix: lake, partition: 'date={date}', batch: { maxBytes: 2MB }")}
            {Export.KafkaSink(cluster, Topic)}
            """);

        var (exitCode, _, errors) = await ProgramUnderTest.RunAsync(folder.Path, "run", "-c", config, "--once");
        Assert.True(exitCode == 0, errors);

        var lines = await bucket.AllLinesAsync();
        Assert.Equal(Export.ExpectedRunIds(Events), Export.RunIds(lines).Order());
        await AssertObjectsAsync(bucket);
        await AssertValidAsync(folder, lines);
        await AssertTopicAsync(cluster, lines);
    }

    private async Task AssertObjectsAsync(S3Bucket bucket)
    {
        var objects = await bucket.ObjectsAsync();
        output.WriteLine($"{objects.Count} objects of {string.Join(' ', objects.Select(o => o.Size))} bytes");
        Assert.All(objects, o => Assert.Matches(@"^lake/date=2025-07-22/lake-\d{19}-\d{19}-[0-9a-f]{16}\.jsonl\.gz$", o.Key));
        Assert.All(objects.SkipLast(1), o => Assert.InRange(o.Size!.Value, ObjectBytes * 0.9, ObjectBytes * 1.1));
    }

    private static async Task AssertValidAsync(TemporaryFolder folder, List<string> lines)
    {
        if (!OcsfValidator.IsThere) return;
        var sample = folder.Write("sample.ndjson", string.Join('\n', lines.Take(5_000)) + "\n");
        Assert.Equal("5000 events, 0 errors, 0 warnings", await OcsfValidator.VerdictAsync(sample));
    }

    private async Task AssertTopicAsync(MockCluster cluster, List<string> lines)
    {
        var findings = lines.Select(Finding.Of).ToDictionary(f => f.Uid);
        var own = KafkaReader.Read(cluster.BootstrapServers, Topic);
        output.WriteLine($"{own.Count} messages, {own.Count - Events} duplicates");
        Assert.Equal(findings.Keys.Order(), own.Select(m => m.Uid).Distinct().Order());

        Assert.SkipWhen(await IndependentKafkaReader.MissingAsync("zstd") is not null, "an independent client is not there to read the topic: python3-kafka, python3-zstandard");
        var foreign = await IndependentKafkaReader.ReadAsync(cluster.BootstrapServers, Topic);
        Assert.Equal(own.Count, foreign.Count);
        Assert.Equal(findings.Keys.Order(), foreign.Select(m => m.Header("event-uid")).Distinct().Order());
        Assert.All(foreign, message => findings[message.Header("event-uid")].AssertIs(message));
    }

    /// <summary>What the message of a finding has to say.</summary>
    private sealed record Finding(string Uid, string Repo, string Type, string Severity, string Sha256)
    {
        public static Finding Of(string line)
        {
            using var json = JsonDocument.Parse(line);
            var root = json.RootElement;
            return new(
                root.GetProperty("metadata").GetProperty("uid").GetString()!,
                Repository(root.GetProperty("metadata").GetProperty("correlation_uid").GetString()!),
                root.GetProperty("finding_info").GetProperty("analytic").GetProperty("uid").GetString()!,
                root.GetProperty("severity").GetString()!.ToLowerInvariant(),
                Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(line))));
        }

        public void AssertIs(ForeignMessage message)
        {
            Assert.Equal(
                [("event-uid", Uid), ("ocsf-class", "2004"), ("detection-type", Type), ("severity", Severity), ("content-type", "application/json")],
                message.Headers);
            Assert.Equal((Repo, Sha256), (message.Key, message.Sha256));
        }

        /// <remarks>github/OWNER/REPOSITORY/runs/ID.</remarks>
        private static string Repository(string run) => string.Join('/', run.Split('/')[1..3]);
    }
}
