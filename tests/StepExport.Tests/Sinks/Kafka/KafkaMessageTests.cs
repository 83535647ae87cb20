using System.Security.Cryptography;
using System.Text;
using StepExport.Core.Delivery;
using StepExport.Core.Model;
using StepExport.Testing.Delivery;
using StepExport.Testing.Kafka;

namespace StepExport.Tests.Sinks.Kafka;

/// <summary>What lies in the topic: key, headers, value, partition.</summary>
public sealed class KafkaMessageTests
{
    [Fact]
    public async Task A_message_has_key_headers_and_the_finding()
    {
        var record = new SomeRecord(7) { Severity = Severity.Critical, Repository = "acme/shop" };

        var message = Assert.Single(await SendAsync("repository", record));

        Assert.Equal("acme/shop", message.KeyText);
        Assert.Equal(record.Body, Encoding.UTF8.GetString(message.Value));
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["event-uid"] = record.Uid,
                ["ocsf-class"] = "2004",
                ["detection-type"] = "Domain-Blocked",
                ["severity"] = "critical",
                ["content-type"] = "application/json",
            },
            message.Headers);
    }

    [Fact]
    public async Task Another_format_is_named_in_a_header()
    {
        await using var kafka = new KafkaUnderTest(partitions: 1);
        await using var sink = KafkaHarness.Sink(KafkaHarness.Config(kafka.Cluster) with { Format = "cim" });
        Assert.Same(SendResult.Delivered, await sink.SendAsync(SomeBatch.Of([new SomeRecord(1)]), TestContext.Current.CancellationToken));

        var message = Assert.Single(kafka.Messages);

        Assert.Equal(("cim", false), (message.Headers["format"], message.Headers.ContainsKey("ocsf-class")));
        Assert.StartsWith("""{"time":1753204032000,"app":""", Encoding.UTF8.GetString(message.Value), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("repository", "acme/shop")]
    [InlineData("owner", "acme")]
    [InlineData("none", null)]
    public async Task The_key_is_what_was_asked_for(string key, string? expected) =>
        Assert.Equal(expected, Assert.Single(await SendAsync(key, new SomeRecord(1))).KeyText);

    [Fact]
    public async Task The_key_may_be_the_findings_uid() =>
        Assert.Equal(new SomeRecord(1).Uid, Assert.Single(await SendAsync("uid", new SomeRecord(1))).KeyText);

    [Fact]
    public async Task Records_that_differ_keep_their_own_key_and_headers()
    {
        SomeRecord[] records =
        [
            new(1) { Repository = "a/1", Type = "Reverse-Shell", Severity = Severity.High },
            new(2) { Repository = "b/2", Type = new string('t', 300), Severity = Severity.High },
            new(3) { Repository = "a/1", Type = "Reverse-Shell", Severity = Severity.Low },
            new(4) { Repository = "", Type = "", Severity = Severity.Unknown },
        ];

        var messages = await SendAsync("repository", records);

        Assert.Equal(["a/1", "b/2", "a/1", ""], messages.Select(m => m.KeyText));
        Assert.Equal(["Reverse-Shell", new string('t', 100), "Reverse-Shell", ""], messages.Select(m => m.Headers["detection-type"]));
        Assert.Equal(["high", "high", "low", "unknown"], messages.Select(m => m.Headers["severity"]));
        Assert.Equal(records.Select(r => r.Uid), messages.Select(m => m.Uid));
    }

    // Hashes of the Java client's own tests (UtilsTest.testMurmur2).
    [Theory]
    [InlineData("21", -973932308)]
    [InlineData("foobar", -790332482)]
    [InlineData("a-little-bit-long-string", -985981536)]
    [InlineData("a-little-bit-longer-string", -1486304829)]
    [InlineData("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971)]
    public async Task A_key_lands_where_the_Java_client_would_put_it(string repository, int murmur2) =>
        Assert.Equal((murmur2 & int.MaxValue) % 7, Assert.Single(await SendAsync("repository", 7, new SomeRecord(1) { Repository = repository })).Partition);

    [Fact]
    public async Task The_records_of_a_repository_stay_in_order()
    {
        SomeRecord[] records = [.. Enumerable.Range(1, 500).Select(n => new SomeRecord(n) { Repository = $"acme/{n % 13}" })];

        var messages = await SendAsync("repository", 5, records);

        Assert.Equal(500, messages.Count);
        foreach (var repository in messages.GroupBy(m => m.KeyText))
        {
            Assert.Single(repository.Select(m => m.Partition).Distinct());
            Assert.Equal(records.Where(r => r.Repository == repository.Key).Select(r => r.Uid), repository.Select(m => m.Uid));
        }
    }

    [Theory]
    [InlineData("none")]
    [InlineData("gzip")]
    [InlineData("snappy")]
    [InlineData("lz4")]
    [InlineData("zstd")]
    public async Task An_independent_client_reads_the_same(string compression)
    {
        var missing = await IndependentKafkaReader.MissingAsync(compression);
        Assert.SkipWhen(missing is not null, missing ?? "");
        await using var kafka = new KafkaUnderTest(partitions: 3);
        await using var sink = KafkaHarness.Sink(KafkaHarness.Config(kafka.Cluster) with { Compression = compression });
        SomeRecord[] records = [.. Enumerable.Range(1, 100).Select(n => new SomeRecord(n) { Repository = $"acme/{n % 7}", Title = "Größe" })];
        Assert.Same(SendResult.Delivered, await sink.SendAsync(SomeBatch.Of(records), TestContext.Current.CancellationToken));

        var read = (await IndependentKafkaReader.ReadAsync(kafka.Cluster.BootstrapServers, KafkaHarness.Topic)).ToDictionary(m => m.Header("event-uid"));

        Assert.Equal(100, read.Count);
        foreach (var record in records)
        {
            var message = read[record.Uid];
            Assert.Equal(record.Repository, message.Key);
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(record.Body))), message.Sha256);
            Assert.Equal(["event-uid", "ocsf-class", "detection-type", "severity", "content-type"], message.Headers.Select(h => h.Name));
            Assert.Equal("Domain-Blocked", message.Header("detection-type"));
        }
    }

    private static Task<IReadOnlyList<KafkaMessage>> SendAsync(string key, params SomeRecord[] records) => SendAsync(key, 1, records);

    private static async Task<IReadOnlyList<KafkaMessage>> SendAsync(string key, int partitions, params SomeRecord[] records)
    {
        await using var kafka = new KafkaUnderTest(partitions);
        await using var sink = KafkaHarness.Sink(KafkaHarness.Config(kafka.Cluster) with { Key = key });
        Assert.Same(SendResult.Delivered, await sink.SendAsync(SomeBatch.Of(records), TestContext.Current.CancellationToken));
        return kafka.Messages;
    }
}
