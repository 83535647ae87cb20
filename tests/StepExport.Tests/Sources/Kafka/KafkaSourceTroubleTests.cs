using Confluent.Kafka;
using StepExport.Testing;
using StepExport.Testing.Ingest;
using StepExport.Testing.Kafka;
using StepExport.Testing.Kafka.Auth;

namespace StepExport.Tests.Sources.Kafka;

/// <summary>Trouble of the other side shows in health, in words, and ends by itself.</summary>
public sealed class KafkaSourceTroubleTests
{
    private const string Topic = KafkaSourceRig.Topic;

    [Fact]
    public async Task Brokers_that_are_down_are_said_and_waited_for()
    {
        using var cluster = KafkaSourceTests.Cluster(partitions: 1);
        KafkaSourceTests.Put(cluster, 10);
        await using var rig = new KafkaSourceRig(cluster);
        rig.Start();
        await rig.UntilDurableAsync(10);

        cluster.BreakAll();
        await rig.UntilAsync(() => rig.Health.Reason?.Contains("no broker answers", StringComparison.Ordinal) == true, "health says so");
        cluster.RepairAll();
        await rig.UntilAsync(() => rig.Health.Ok, "health is well again, without a message");
        KafkaSourceTests.Put(cluster, 10, first: 10);
        await rig.UntilDurableAsync(20);
        Assert.Equal(Enumerable.Range(0, 20), rig.Ingest.Durable().Distinct());
    }

    [Fact]
    public async Task Ends_soon_while_the_brokers_are_down()
    {
        using var cluster = KafkaSourceTests.Cluster(partitions: 1);
        KafkaSourceTests.Put(cluster, 10);
        await using var rig = new KafkaSourceRig(cluster);
        rig.Start();
        await rig.UntilDurableAsync(10);
        cluster.BreakAll();
        await rig.UntilAsync(() => !rig.Health.Ok, "health says so");

        await rig.StopAsync().WaitAsync(TimeSpan.FromSeconds(45), TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData(ErrorCode.UnknownTopicOrPart, "detections: the topic does not exist")]
    [InlineData(ErrorCode.TopicAuthorizationFailed, "detections: this login may not read the topic")]
    public async Task A_topic_that_cannot_be_read_is_said_and_waited_for(ErrorCode error, string words)
    {
        using var cluster = KafkaSourceTests.Cluster(partitions: 1);
        KafkaSourceTests.Put(cluster, 5);
        cluster.SetTopicError(Topic, error);
        await using var rig = new KafkaSourceRig(cluster);
        rig.Start();
        await rig.UntilAsync(() => rig.Health.Reason?.StartsWith(words, StringComparison.Ordinal) == true, "health says so");

        cluster.SetTopicError(Topic, ErrorCode.NoError);
        await rig.UntilDurableAsync(5);
        await rig.UntilAsync(() => rig.Health.Ok, "health is well again");
    }

    [Fact]
    public async Task A_commit_that_is_refused_is_said_and_tried_again()
    {
        using var cluster = KafkaSourceTests.Cluster(partitions: 1);
        await using var rig = new KafkaSourceRig(cluster);
        cluster.AnswerOffsetCommit([.. Enumerable.Repeat(ErrorCode.GroupAuthorizationFailed, 4)]);
        KafkaSourceTests.Put(cluster, 5);
        rig.Start();
        await rig.UntilAsync(() => rig.Health.Reason?.StartsWith("offsets cannot be committed: this login may not", StringComparison.Ordinal) == true, "health says so");
        await rig.UntilAsync(() => rig.Committed(1) is [5] && rig.Health.Ok, "the offset is committed after all");
    }

    [Fact]
    public async Task A_client_that_cannot_go_on_is_replaced_and_says_why()
    {
        using var cluster = KafkaSourceTests.Cluster(partitions: 2);
        await using var rig = new KafkaSourceRig(cluster);
        rig.Config = rig.Config with { GroupInstanceId = "replica-0" };
        rig.Start();
        KafkaSourceTests.Put(cluster, 4, partitions: 2);
        await rig.UntilAsync(() => rig.Committed(2).Sum() == 4, "the offsets are committed");

        cluster.AnswerHeartbeat(ErrorCode.FencedInstanceId);
        await rig.UntilAsync(() => rig.Health.Reason?.Contains("another replica has the same groupInstanceId", StringComparison.Ordinal) == true, "health says so");
        KafkaSourceTests.Put(cluster, 4, first: 4, partitions: 2);
        await rig.UntilDurableAsync(8);
        await rig.UntilAsync(() => rig.Health.Ok, "health is well again");
        Assert.Equal(Enumerable.Range(0, 8), rig.Ingest.Durable().Order());
    }

    [Fact]
    public async Task Messages_that_retention_has_deleted_are_said()
    {
        using var cluster = KafkaSourceTests.Cluster(partitions: 1);
        // The mock cluster keeps the newest five megabytes of a partition
        var filling = new string(' ', 100_000);
        using (var writer = new KafkaWriter(cluster.BootstrapServers))
            for (var i = 0; i < 80; i++) writer.Put(Topic, 0, IngressRig.Detection(i) + filling);
        GroupOffsets.Commit(cluster.BootstrapServers, KafkaSourceRig.Group, Topic, 0, 3);
        await using var rig = new KafkaSourceRig(cluster);

        await rig.ReadOnceAsync();

        var read = rig.Ingest.Durable();
        Assert.InRange(read[0], 4, 79);
        Assert.Equal(Enumerable.Range(read[0], 80 - read[0]), read);
        Assert.StartsWith($"detections [[0]]: {read[0] - 3} messages from offset 3 on were deleted by the topic's retention", rig.Health.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_login_is_said_and_tried_again_with_the_password_as_it_is_then()
    {
        using var folder = new TemporaryFolder();
        var password = folder.Write("password", "wrong");
        await using var broker = new SaslBroker(new() { Mechanism = "PLAIN", User = "stepexport", Password = "right" });
        using var cluster = new MockCluster();
        await using var rig = new KafkaSourceRig(cluster);
        rig.Config = rig.Config with
        {
            BootstrapServers = broker.Address,
            Sasl = new() { Mechanism = "plain", Username = "stepexport", Password = new($"${{file:{password}}}") },
        };
        rig.Start();
        await rig.UntilAsync(() => rig.Health.Reason?.Contains("the brokers refuse the login: check sasl", StringComparison.Ordinal) == true, "health says so");

        await System.IO.File.WriteAllTextAsync(password, "right", TestContext.Current.CancellationToken);
        while (!(await broker.NextLoginAsync(TestContext.Current.CancellationToken)).Accepted)
        {
        }
    }

    [Fact]
    public async Task Settings_that_the_client_refuses_are_said()
    {
        using var cluster = new MockCluster();
        await using var rig = new KafkaSourceRig(cluster);
        rig.Config = rig.Config with { Tls = new() { Ca = "/does/not/exist.pem" } };
        rig.Start();
        await rig.UntilAsync(() => rig.Health.Reason?.Contains("/does/not/exist.pem", StringComparison.Ordinal) == true, "health says so");
    }
}
