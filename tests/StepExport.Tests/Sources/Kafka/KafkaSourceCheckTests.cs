using Confluent.Kafka;
using StepExport.Core.Telemetry;
using StepExport.Testing.Kafka;

namespace StepExport.Tests.Sources.Kafka;

/// <summary>What <c>check --connect</c> says.</summary>
public sealed class KafkaSourceCheckTests
{
    [Fact]
    public async Task Counts_the_partitions_and_asks_the_coordinator()
    {
        using var cluster = KafkaSourceTests.Cluster(partitions: 3);
        GroupOffsets.Commit(cluster.BootstrapServers, KafkaSourceRig.Group, KafkaSourceRig.Topic, 0, 7);
        await using var rig = new KafkaSourceRig(cluster);
        Assert.Equal((true, $"{cluster.BootstrapServers}: 3 partitions; the group stepexport has offsets in 1 of them."), await CheckAsync(rig));
    }

    [Fact]
    public async Task Says_what_is_wrong_with_the_topic()
    {
        using var cluster = KafkaSourceTests.Cluster(partitions: 1);
        cluster.SetTopicError(KafkaSourceRig.Topic, ErrorCode.TopicAuthorizationFailed);
        await using var rig = new KafkaSourceRig(cluster);
        var (ok, message) = await CheckAsync(rig);
        Assert.False(ok);
        Assert.StartsWith($"{cluster.BootstrapServers}: detections: this login may not read the topic", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Says_why_no_broker_answers()
    {
        using var cluster = new MockCluster();
        await using var rig = new KafkaSourceRig(cluster);
        rig.Config = rig.Config with { BootstrapServers = "127.0.0.1:1" };
        var (ok, message) = await CheckAsync(rig);
        Assert.False(ok);
        Assert.StartsWith("127.0.0.1:1: no broker answers: ", message, StringComparison.Ordinal);
        Assert.Contains("Connection refused", message, StringComparison.Ordinal);
    }

    private static async Task<(bool Ok, string Message)> CheckAsync(KafkaSourceRig rig)
    {
        CheckResult result = await rig.CheckAsync();
        return (result.Ok, result.Message);
    }
}
