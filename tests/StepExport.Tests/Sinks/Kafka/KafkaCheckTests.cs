using Confluent.Kafka;
using StepExport.Core.Delivery;
using StepExport.Core.Telemetry;
using StepExport.Testing.Kafka;

namespace StepExport.Tests.Sinks.Kafka;

/// <summary>What <c>check --connect</c> says.</summary>
public sealed class KafkaCheckTests
{
    [Fact]
    public async Task Finds_the_topic_and_its_leaders()
    {
        await using var kafka = new KafkaUnderTest(partitions: 3, brokers: 2);

        var result = await CheckAsync(kafka.Sink);

        Assert.True(result.Ok, result.Message);
        Assert.EndsWith(": detections is there, 3 partitions, all with a leader.", result.Message, StringComparison.Ordinal);
        foreach (var broker in kafka.Cluster.BootstrapServers.Split(',')) Assert.Contains(broker, result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_topic_that_depends_on_the_record_is_not_looked_for()
    {
        using var cluster = new MockCluster();
        await using var sink = KafkaHarness.Sink(KafkaHarness.Config(cluster, "{owner}"));

        var result = await CheckAsync(sink);

        Assert.True(result.Ok, result.Message);
        Assert.Equal($"{cluster.BootstrapServers}: the brokers answer; the topics depend on the records and were not looked for.", result.Message);
    }

    [Theory]
    [InlineData(ErrorCode.UnknownTopicOrPart, "the topic does not exist: create it, or correct topic (UNKNOWN_TOPIC_OR_PART)")]
    [InlineData(ErrorCode.TopicAuthorizationFailed, "this login may not write to the topic: allow it Write and Describe (TOPIC_AUTHORIZATION_FAILED)")]
    public async Task Says_what_is_wrong_with_the_topic(ErrorCode error, string message)
    {
        await using var kafka = new KafkaUnderTest();
        kafka.Cluster.SetTopicError(KafkaHarness.Topic, error);

        var result = await CheckAsync(kafka.Sink);

        Assert.Equal((false, $"{kafka.Cluster.BootstrapServers}: detections: {message}."), (result.Ok, result.Message));
    }

    [Fact]
    public async Task Creates_no_topic()
    {
        using var cluster = new MockCluster();
        await using var sink = KafkaHarness.Sink(cluster);

        var result = await CheckAsync(sink);

        Assert.False(result.Ok, result.Message);
        using var client = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = cluster.BootstrapServers }).Build();
        Assert.Empty(client.GetMetadata(TimeSpan.FromSeconds(10)).Topics);
    }

    [Fact]
    public async Task Says_why_no_broker_answers()
    {
        await using var sink = KafkaHarness.Sink(KafkaHarness.Config("127.0.0.1:1,127.0.0.1:2") with { Timeout = KafkaHarness.ShortTimeout });

        var result = await CheckAsync(sink);

        Assert.False(result.Ok);
        Assert.StartsWith("127.0.0.1:1,127.0.0.1:2: no broker answers: ", result.Message, StringComparison.Ordinal);
        Assert.Contains("127.0.0.1:1 failed: Connection refused", result.Message, StringComparison.Ordinal);
        Assert.Contains("127.0.0.1:2 failed: Connection refused", result.Message, StringComparison.Ordinal);
    }

    private static Task<CheckResult> CheckAsync(ISink sink) => sink.CheckAsync(TestContext.Current.CancellationToken);
}
