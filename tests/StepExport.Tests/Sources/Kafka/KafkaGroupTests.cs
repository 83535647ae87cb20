using StepExport.Testing.Kafka;

namespace StepExport.Tests.Sources.Kafka;

/// <summary>Several replicas in one group, each with a journal of its own.</summary>
public sealed class KafkaGroupTests
{
    private const int Partitions = 6;

    [Theory]
    [InlineData("cooperative-sticky")]
    [InlineData("range")]
    public async Task A_replica_that_comes_takes_a_share_and_one_that_goes_leaves_it(string assignment)
    {
        using var cluster = KafkaSourceTests.Cluster(Partitions);
        await using var first = Replica(cluster, assignment);
        first.Start();
        KafkaSourceTests.Put(cluster, 600, partitions: Partitions);
        await first.UntilDurableAsync(1);

        await using var second = Replica(cluster, assignment);
        second.Start();
        await second.UntilAsync(() => second.Gauge("kafka_assigned_partitions") == 3 && first.Gauge("kafka_assigned_partitions") == 3, "each has a half");
        KafkaSourceTests.Put(cluster, 600, first: 600, partitions: Partitions);
        await second.UntilDurableAsync(300);
        await first.StopAsync();
        KafkaSourceTests.Put(cluster, 600, first: 1200, partitions: Partitions);
        await second.UntilAsync(() => first.Ingest.Durable().Length + second.Ingest.Durable().Length >= 1800, "the other one reads the rest");

        List<int> read = [.. first.Ingest.Durable(), .. second.Ingest.Durable()];
        Assert.Equal(Enumerable.Range(0, 1800), read.Distinct().Order());
        // The mock cluster refuses commits while everybody has to give up everything
        if (assignment == "cooperative-sticky") Assert.Equal(1800, read.Count);
    }

    [Fact]
    public async Task What_was_read_by_one_that_lost_its_partitions_is_not_committed_by_it()
    {
        using var cluster = KafkaSourceTests.Cluster(partitions: 1);
        await using var rig = Replica(cluster, "cooperative-sticky");
        rig.Start();
        KafkaSourceTests.Put(cluster, 10);
        await rig.UntilAsync(() => rig.Committed(1) is [10], "the offset is committed");

        // Longer than the session: the group has given it up meanwhile
        cluster.BreakAll();
        await rig.UntilAsync(() => rig.Gauge("kafka_assigned_partitions") == 0, "the partition is lost");
        Assert.False(rig.Health.Ok);
        cluster.RepairAll();
        KafkaSourceTests.Put(cluster, 10, first: 10);
        await rig.UntilAsync(() => rig.Committed(1) is [20], "it has joined again");
        Assert.Equal(Enumerable.Range(0, 20), rig.Ingest.Durable());
    }

    private static KafkaSourceRig Replica(MockCluster cluster, string assignment)
    {
        var rig = new KafkaSourceRig(cluster);
        rig.Config = rig.Config with { Assignment = assignment };
        return rig;
    }
}
