using Confluent.Kafka;
using StepExport.Core.Delivery;
using StepExport.Testing.Delivery;
using StepExport.Testing.Kafka;

namespace StepExport.Tests.Sinks.Kafka;

/// <summary>What brokers do wrong, with the real runner, sink and client.</summary>
public sealed class KafkaTroubleTests
{
    private static readonly SinkSettings Settings = RunnerRig.Settings with { InFlight = 1 };

    [Fact]
    public async Task Another_leader_costs_nothing()
    {
        await using var rig = await RunnerRig.StartAsync(60);
        await using var kafka = new KafkaUnderTest();
        kafka.Cluster.AnswerProduce(ErrorCode.NotLeaderForPartition, ErrorCode.NoError, ErrorCode.NotLeaderForPartition, ErrorCode.NotLeaderForPartition);
        await using var running = rig.Run(kafka.Sink, Settings);

        await running.DrainAsync();

        Assert.Equal(Uids(1, 60), await kafka.ArrivedAsync());
        Assert.Equal(0, rig.DeadLetters.Count);
    }

    [Fact]
    public async Task A_message_that_is_too_large_for_the_topic_is_the_only_dead_letter()
    {
        const ErrorCode Large = ErrorCode.MsgSizeTooLarge;
        const ErrorCode Fine = ErrorCode.NoError;
        await using var rig = await RunnerRig.StartAsync(8);
        await using var kafka = new KafkaUnderTest();

        // 6 is too large: 1 as the new client's trial, 2-8 beside it, 2-8 alone, 2-4, 5-8, 5-6, 5, 6, 7-8.
        kafka.Cluster.AnswerProduce(Fine, Large, Large, Fine, Large, Large, Fine, Large);
        await using var sink = KafkaHarness.Sink(KafkaHarness.Config(kafka.Cluster) with { Linger = new(TimeSpan.FromMilliseconds(50)) });
        await using var running = rig.Run(sink, Settings);

        // The broker named the trouble with every answer, so nothing has to wait.
        await running.DrainAtOnceAsync();

        var letter = Assert.Single(rig.DeadLetters.List()).Letter;
        Assert.Equal((6L, "MSG_SIZE_TOO_LARGE"), (letter.Sequence, letter.Code));
        Assert.Contains("larger than the topic takes", letter.Reason, StringComparison.Ordinal);
        Assert.Equal(Uids(1, 5).Concat(Uids(7, 8)), await kafka.ArrivedAsync());
    }

    [Fact]
    public async Task Brokers_that_go_away_and_come_back_cost_nothing_but_time()
    {
        await using var rig = await RunnerRig.StartAsync(20);
        await using var kafka = new KafkaUnderTest(brokers: 2, timeout: KafkaHarness.ShortTimeout);
        await using var running = rig.Run(kafka.Sink, Settings);
        await running.DrainAsync();
        await kafka.BreakAsync();
        await rig.AppendAsync(20);

        await rig.AdvanceUntilAsync(RunnerRig.UntilAsync(() => !running.Metrics.Health.Current.Ok));
        Assert.Contains("Connection refused", running.Metrics.Health.Current.Reason, StringComparison.Ordinal);
        Assert.Equal((20, 0), (running.Reader.Cursor, rig.DeadLetters.Count));

        await kafka.RepairAsync();
        await running.DrainAsync();
        Assert.True(running.Metrics.Health.Current.Ok);
        Assert.Equal(Uids(1, 40), (await kafka.ArrivedAsync()).Distinct());
    }

    [Fact]
    public async Task A_topic_that_may_not_be_written_holds_everything_back_until_it_may()
    {
        await using var rig = await RunnerRig.StartAsync(30);
        await using var kafka = new KafkaUnderTest();
        kafka.Cluster.SetTopicError(KafkaHarness.Topic, ErrorCode.TopicAuthorizationFailed);
        await using var running = rig.Run(kafka.Sink, Settings);

        await rig.AdvanceUntilAsync(RunnerRig.UntilAsync(() => !running.Metrics.Health.Current.Ok));
        Assert.Contains("may not write to the topic", running.Metrics.Health.Current.Reason, StringComparison.Ordinal);
        Assert.Contains("(TOPIC_AUTHORIZATION_FAILED)", running.Metrics.Health.Current.Reason, StringComparison.Ordinal);
        Assert.Equal((0, 0), (running.Reader.Cursor, rig.DeadLetters.Count));

        // The client would remember the refusal for minutes; a new one does not.
        kafka.Cluster.SetTopicError(KafkaHarness.Topic, ErrorCode.NoError);
        await running.DrainAsync();
        Assert.True(running.Metrics.Health.Current.Ok);
        Assert.Equal(Uids(1, 30), await kafka.ArrivedAsync());
        Assert.Equal(0, rig.DeadLetters.Count);
    }

    [Fact]
    public async Task Losing_the_right_to_write_later_on_is_the_same()
    {
        await using var rig = await RunnerRig.StartAsync(10);
        await using var kafka = new KafkaUnderTest();
        await using var running = rig.Run(kafka.Sink, Settings);
        await running.DrainAsync();
        kafka.Cluster.AnswerProduce([.. Enumerable.Repeat(ErrorCode.TopicAuthorizationFailed, 4)]);

        await rig.AppendAsync(20);
        await running.DrainAsync();

        Assert.True(running.Metrics.Retried > 0);
        Assert.Equal(Uids(1, 30), await kafka.ArrivedAsync());
        Assert.Equal(0, rig.DeadLetters.Count);
    }

    [Fact]
    public async Task A_client_that_cannot_go_on_is_replaced()
    {
        await using var rig = await RunnerRig.StartAsync(30);
        await using var kafka = new KafkaUnderTest();
        kafka.Cluster.AnswerInitProducerId(ErrorCode.ClusterAuthorizationFailed);
        await using var running = rig.Run(kafka.Sink, Settings);

        await running.DrainAsync();

        Assert.True(running.Metrics.Retried > 0);
        Assert.Equal(Uids(1, 30), await kafka.ArrivedAsync());
        Assert.Equal(0, rig.DeadLetters.Count);
    }

    [Fact]
    public async Task What_a_given_up_send_left_behind_does_not_come_later()
    {
        await using var kafka = new KafkaUnderTest();
        Assert.Same(SendResult.Delivered, await kafka.Sink.SendAsync(SomeBatch.Range(1, 2), TestContext.Current.CancellationToken));
        kafka.Cluster.BreakAll();
        using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => kafka.Sink.SendAsync(SomeBatch.Range(3, 10), soon.Token).AsTask());

        kafka.Cluster.RepairAll();
        Assert.Same(SendResult.Delivered, await kafka.Sink.SendAsync(SomeBatch.Range(20, 2), TestContext.Current.CancellationToken));
        Assert.Equal(Uids(1, 2).Concat(Uids(20, 21)), await kafka.ArrivedAsync());
    }

    [Fact]
    public async Task A_full_queue_is_waited_for()
    {
        await using var kafka = new KafkaUnderTest();
        await using var sink = KafkaHarness.Sink(KafkaHarness.Config(kafka.Cluster) with { QueueMaxMessages = 3 });

        Assert.Same(SendResult.Delivered, await sink.SendAsync(SomeBatch.Range(1, 200), TestContext.Current.CancellationToken));

        Assert.Equal(Uids(1, 200), await kafka.ArrivedAsync());
    }

    [Fact]
    public async Task The_end_of_a_batch_does_not_linger()
    {
        await using var kafka = new KafkaUnderTest();
        await using var sink = KafkaHarness.Sink(KafkaHarness.Config(kafka.Cluster) with { Linger = new(TimeSpan.FromSeconds(3)) });
        await sink.SendAsync(SomeBatch.Of(1), TestContext.Current.CancellationToken);

        var second = await sink.SendAsync(SomeBatch.Of(2), TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);

        Assert.Same(SendResult.Delivered, second);
    }

    [Fact]
    public async Task A_record_larger_than_allowed_is_rejected_before_it_is_sent_and_its_neighbours_are_not()
    {
        await using var rig = await RunnerRig.StartAsync(0);
        await rig.AppendAsync(10, r => r.Number == 4 ? r with { Padding = 3000 } : r);
        await using var kafka = new KafkaUnderTest();
        await using var sink = KafkaHarness.Sink(KafkaHarness.Config(kafka.Cluster) with { MaxMessageBytes = new(2000) });
        await using var running = rig.Run(sink, Settings);

        await running.DrainAtOnceAsync();

        var letter = Assert.Single(rig.DeadLetters.List()).Letter;
        Assert.Equal(4L, letter.Sequence);
        Assert.Matches("^the message has 3[0-9]{3} bytes with key and headers; maxMessageBytes allows 2000$", letter.Reason);
        Assert.Equal(Uids(1, 3).Concat(Uids(5, 10)), await kafka.ArrivedAsync());
    }

    [Theory]
    [InlineData("evil", "the topic evil is not in allowedTopics")]
    [InlineData("ACME", "the topic ACME is not in allowedTopics")]
    [InlineData("__consumer_offsets", "the topic __consumer_offsets begins with __, which Kafka keeps for itself")]
    public async Task A_record_for_a_topic_that_is_not_allowed_is_rejected_alone(string owner, string reason)
    {
        await using var rig = await RunnerRig.StartAsync(0);
        await rig.AppendAsync(6, r => r.Number == 1 ? r with { Repository = $"{owner}/x" } : r);
        await using var kafka = new KafkaUnderTest();
        kafka.Cluster.CreateTopic("acme", 1);
        await using var sink = KafkaHarness.Sink(KafkaHarness.Config(kafka.Cluster, "{owner}") with { AllowedTopics = ["acme", "__*"] });
        await using var running = rig.Run(sink, Settings);

        await running.DrainAtOnceAsync();

        Assert.Equal((1L, reason), Assert.Single(rig.DeadLetters.List().Select(l => (l.Letter.Sequence, l.Letter.Reason))));
        Assert.Equal(Uids(2, 6), KafkaReader.Read(kafka.Cluster.BootstrapServers, "acme").Select(m => m.Uid));
    }

    [Fact]
    public async Task One_topic_in_trouble_does_not_keep_the_batch_from_the_others()
    {
        await using var kafka = new KafkaUnderTest();
        kafka.Cluster.CreateTopic("acme", 1);
        kafka.Cluster.CreateTopic("other", 1);
        kafka.Cluster.SetTopicError("other", ErrorCode.TopicAuthorizationFailed);
        await using var sink = KafkaHarness.Sink(KafkaHarness.Config(kafka.Cluster, "{owner}"));
        var batch = SomeBatch.Of(Enumerable.Range(1, 10).Select(n => new SomeRecord(n) { Repository = n % 2 == 0 ? "other/x" : "acme/x" }));

        var result = await sink.SendAsync(batch, TestContext.Current.CancellationToken);

        Assert.Equal(Enumerable.Range(1, 10).Select(n => n % 2 == 0 ? RecordOutcome.Retry : RecordOutcome.Delivered), result.Records);
        Assert.Equal("TOPIC_AUTHORIZATION_FAILED", result.Code);
    }

    [Fact]
    public async Task Statistics_become_metrics()
    {
        await using var kafka = new KafkaUnderTest();
        await kafka.Sink.SendAsync(SomeBatch.Range(1, 5), TestContext.Current.CancellationToken);

        await RunnerRig.UntilAsync(() => Value("kafka_transmitted_records_total") == 5);

        Assert.Equal(1, Value("kafka_broker_up"));
        Assert.True(Value("kafka_transmitted_bytes_total") > 1000);
        Assert.StartsWith("1 127.0.0.1:", kafka.Metrics.Gauges.Single(g => g.Name == "kafka_broker_up").Label!.Value.Value, StringComparison.Ordinal);

        double? Value(string name) => kafka.Metrics.Gauges.Where(g => g.Name == name).Select(g => (double?)g.Value).FirstOrDefault();
    }

    private static IEnumerable<string> Uids(int first, int last) => Enumerable.Range(first, last - first + 1).Select(n => new SomeRecord(n).Uid);
}
