namespace StepExport.Tests.Sources.Kafka;

/// <summary>A journal that takes nothing: nothing is committed, and the partitions stay with this replica until another one comes.</summary>
public sealed class KafkaBackPressureTests
{
    private const long SmallJournal = 100_000;

    [Fact]
    public async Task Nothing_is_committed_before_it_is_durable()
    {
        using var cluster = KafkaSourceTests.Cluster(partitions: 1);
        await using var rig = new KafkaSourceRig(cluster, SmallJournal);
        await FillAsync(rig, 100);

        KafkaSourceTests.Put(cluster, 50, first: 100);
        await rig.UntilAsync(() => rig.Ingest.Journal.IsFull, "the journal is full");
        await rig.TurnsAsync(5);
        Assert.Equal([100], rig.Committed(1));

        rig.Ingest.Deliver();
        await rig.UntilAsync(() => rig.Committed(1) is [150], "the offset is committed");
        Assert.Equal(Enumerable.Range(0, 150), rig.Ingest.Durable());
    }

    [Fact]
    public async Task A_full_journal_does_not_throw_the_replica_out_of_the_group()
    {
        using var cluster = KafkaSourceTests.Cluster(partitions: 2);
        await using var rig = new KafkaSourceRig(cluster, SmallJournal);
        rig.Config = rig.Config with
        {
            // Shorter than the source lets people write it
            MaxPollInterval = new(TimeSpan.FromSeconds(3)),
        };
        await FillAsync(rig, 100, partitions: 2);

        // More than two batches: the client's thread has to wait
        const int Count = 25_000;
        KafkaSourceTests.Put(cluster, Count, first: 100, partitions: 2);
        await rig.UntilAsync(() => rig.Ingest.Journal.IsFull, "the journal is full");
        await rig.TurnsAsync(45);

        Assert.True(rig.Ingest.Journal.IsFull);
        Assert.Equal(2, rig.Gauge("kafka_assigned_partitions"));
        Assert.Equal(1, rig.Gauge("kafka_rebalances_total"));
        await rig.UntilAsync(() => Delivered(rig) >= 100 + Count, "everything is read after all");
        // Pausing and resuming has neither left out nor repeated anything
        Assert.Equal(Enumerable.Range(0, 100 + Count), rig.Ingest.Durable().Order());
    }

    [Fact]
    public async Task A_replica_with_a_full_journal_gives_partitions_away_and_the_next_owner_reads_them_again()
    {
        using var cluster = KafkaSourceTests.Cluster(partitions: 2);
        await using var full = new KafkaSourceRig(cluster, SmallJournal);
        await FillAsync(full, 100, partitions: 2);
        KafkaSourceTests.Put(cluster, 100, first: 100, partitions: 2);
        await full.UntilAsync(() => full.Ingest.Journal.IsFull, "the journal is full");

        await using var other = new KafkaSourceRig(cluster);
        other.Start();
        // One partition: what the first one holds of it is not durable there, so this one reads it
        await other.UntilDurableAsync(50);
        Assert.All(other.Ingest.Durable(), number => Assert.InRange(number, 100, 199));
        Assert.Single(other.Ingest.Durable().Select(number => number % 2).Distinct());

        // Late, and nothing of the partition that is gone is committed
        full.Ingest.Deliver();
        await full.UntilAsync(() => full.Committed(2).Sum() == 200, "both have committed");
        var union = full.Ingest.Durable().Concat(other.Ingest.Durable()).Distinct();
        Assert.Equal(Enumerable.Range(0, 200), union.Order());
    }

    [Fact]
    public async Task A_full_journal_does_not_hold_up_the_end_for_long()
    {
        using var cluster = KafkaSourceTests.Cluster(partitions: 1);
        await using var rig = new KafkaSourceRig(cluster, SmallJournal);
        await FillAsync(rig, 100);
        KafkaSourceTests.Put(cluster, 50, first: 100);
        await rig.UntilAsync(() => rig.Ingest.Journal.IsFull, "the journal is full");

        await rig.StopAsync();

        Assert.Equal([100], rig.Committed(1));
        Assert.Equal(100, rig.Ingest.Durable().Length);
    }

    /// <summary>Has the source read so many, which alone may be more than the journal has room for.</summary>
    private static async Task FillAsync(KafkaSourceRig rig, int count, int partitions = 1)
    {
        KafkaSourceTests.Put(rig.Cluster, count, partitions: partitions);
        rig.Start();
        await rig.UntilDurableAsync(count);
        await rig.UntilAsync(() => rig.Committed(partitions).Sum() == count, "the offsets are committed");
    }

    private static int Delivered(KafkaSourceRig rig)
    {
        rig.Ingest.Deliver();
        return rig.Ingest.Durable().Length;
    }
}
