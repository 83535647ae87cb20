using System.Text;
using StepExport.Testing.Ingest;
using StepExport.Testing.Kafka;

namespace StepExport.Tests.Sources.Kafka;

/// <summary>One replica and what it makes of messages and offsets.</summary>
public sealed class KafkaSourceTests
{
    private const string Topic = KafkaSourceRig.Topic;

    [Theory]
    [InlineData("cooperative-sticky")]
    [InlineData("range")]
    public async Task Reads_every_partition_to_its_end_and_commits(string assignment)
    {
        using var cluster = Cluster(partitions: 4);
        Put(cluster, 1000, partitions: 4);
        await using var rig = new KafkaSourceRig(cluster);
        rig.Config = rig.Config with { Assignment = assignment };

        await rig.ReadOnceAsync();

        Assert.Equal(Enumerable.Range(0, 1000), rig.Ingest.Durable().Order());
        Assert.Equal([250, 250, 250, 250], rig.Committed(4));
        Assert.Null(rig.Ingest.Journal.Checkpoint("source"));
    }

    [Fact]
    public async Task Every_body_is_read_and_a_bad_one_is_dead_lettered_with_its_offset()
    {
        using var cluster = Cluster(partitions: 1);
        using (var writer = new KafkaWriter(cluster.BootstrapServers))
        {
            writer.Put(Topic, 0, IngressRig.Lines(1, 2));
            writer.Put(Topic, 0, null);
            writer.Put(Topic, 0, "");
            writer.Put(Topic, 0, $"[{IngressRig.Detection(3)},{IngressRig.Detection(4)}]");
            writer.Put(Topic, 0, "{\"data\":{\"detections\":[" + IngressRig.Detection(5) + "]}}");
            writer.Put(Topic, 0, "rubbish");
            writer.Put(Topic, 0, IngressRig.Detection(6)[..20]);
            writer.Put(Topic, 0, IngressRig.Detection(7));
        }

        await using var rig = new KafkaSourceRig(cluster);
        await rig.ReadOnceAsync();

        Assert.Equal([1, 2, 3, 4, 5, 7], rig.Ingest.Durable());
        Assert.Equal(
            [("detections[0]@5 line 1 byte 0", "rubbish"), ("detections[0]@6 line 1 byte 0", IngressRig.Detection(6)[..20])],
            rig.Ingest.DeadLetters.List().Select(letter => (letter.Letter.Position!, Encoding.UTF8.GetString(letter.Letter.Bytes))));
        Assert.Equal([8], rig.Committed(1));
    }

    [Fact]
    public async Task A_message_larger_than_an_event_may_be_is_dead_lettered_and_its_neighbours_are_read()
    {
        using var cluster = Cluster(partitions: 1);
        using (var writer = new KafkaWriter(cluster.BootstrapServers))
        {
            writer.Put(Topic, 0, IngressRig.Detection(1));
            writer.Put(Topic, 0, $$"""{"id":"Reverse-Shell","fill":"{{new string('x', 300_000)}}"}""");
            writer.Put(Topic, 0, IngressRig.Detection(2));
        }

        await using var rig = new KafkaSourceRig(cluster);
        rig.Config = rig.Config with { MaxEventSize = new(100_000) };
        await rig.ReadOnceAsync();

        Assert.Equal([1, 2], rig.Ingest.Durable());
        Assert.Contains("larger than 100000 bytes", Assert.Single(rig.Ingest.DeadLetters.List()).Letter.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Goes_on_where_the_group_has_committed()
    {
        using var cluster = Cluster(partitions: 1);
        Put(cluster, 10);
        GroupOffsets.Commit(cluster.BootstrapServers, KafkaSourceRig.Group, Topic, 0, 7);
        await using var rig = new KafkaSourceRig(cluster);
        await rig.ReadOnceAsync();
        Assert.Equal([7, 8, 9], rig.Ingest.Durable());
    }

    [Fact]
    public async Task A_group_that_begins_with_the_latest_keeps_that_place_before_it_has_read_anything()
    {
        using var cluster = Cluster(partitions: 2);
        Put(cluster, 10, partitions: 2);
        await using var rig = new KafkaSourceRig(cluster);
        rig.Config = rig.Config with { StartFrom = "latest" };
        rig.Start();
        await rig.UntilAsync(() => rig.Committed(2) is [5, 5], "the place is committed");
        Put(cluster, 2, first: 10);
        await rig.UntilDurableAsync(2);
        Assert.Equal([10, 11], rig.Ingest.Durable());
    }

    [Fact]
    public async Task Topics_are_found_by_a_regular_expression()
    {
        using var cluster = Cluster(partitions: 1);
        cluster.CreateTopic("other", 1);
        Put(cluster, 3);
        await using var rig = new KafkaSourceRig(cluster);
        rig.Config = rig.Config with { Topics = ["^detect.*"] };
        await rig.ReadOnceAsync();
        Assert.Equal([0, 1, 2], rig.Ingest.Durable());
    }

    [Fact]
    public async Task Ends_with_once_when_there_is_nothing_to_read()
    {
        using var cluster = Cluster(partitions: 3);
        await using var rig = new KafkaSourceRig(cluster);
        await rig.ReadOnceAsync();
        Assert.Empty(rig.Ingest.Durable());
    }

    [Fact]
    public async Task The_lag_of_the_group_and_the_share_of_this_replica_are_metrics()
    {
        using var cluster = Cluster(partitions: 2);
        Put(cluster, 10, partitions: 2);
        await using var rig = new KafkaSourceRig(cluster);
        rig.Start();
        await rig.UntilDurableAsync(10);
        await rig.UntilAsync(() => rig.Gauge("kafka_assigned_partitions") == 2 && rig.Gauge("kafka_lag_records") == 0 && rig.Gauge("kafka_brokers_up") == 1, "gauges");
    }

    internal static MockCluster Cluster(int partitions)
    {
        var cluster = new MockCluster();
        cluster.CreateTopic(Topic, partitions);
        return cluster;
    }

    /// <summary>Detections first to first+count-1, one after the other over the partitions.</summary>
    internal static void Put(MockCluster cluster, int count, int first = 0, int partitions = 1)
    {
        using var writer = new KafkaWriter(cluster.BootstrapServers);
        for (var i = first; i < first + count; i++) writer.Put(Topic, i % partitions, IngressRig.Detection(i));
    }
}
