using StepExport.Configuration;
using StepExport.Sources.Kafka;

namespace StepExport.Tests.Sources.Kafka;

public sealed class KafkaSourceFactoryTests
{
    private static readonly KafkaSourceConfig Good = new() { Type = "kafka", BootstrapServers = "b1:9092", Topics = ["detections"], GroupId = "g", Tls = new() };

    [Fact]
    public void Accepts_what_is_right() =>
        Assert.Empty(Validate(Good with
        {
            Topics = ["a.b_c-1", @"^detections\..*"],
            GroupInstanceId = "replica-0",
            Librdkafka = new Dictionary<string, string> { ["client.rack"] = "eu-west-1a" },
        }).All);

    [Theory]
    [InlineData("", "is not a topic")]
    [InlineData("a b", "is not a topic")]
    [InlineData("__consumer_offsets", "begins with __")]
    [InlineData("^(", "is not a regular expression")]
    public void Rejects_topics_that_are_none(string topic, string message) => AssertProblem("topics", message, Good with { Topics = [topic] });

    [Theory]
    [InlineData("enable.auto.commit", "true", "cannot be changed: it is false")]
    [InlineData("auto.offset.reset", "latest", "write startFrom of this source instead")]
    [InlineData("group.protocol", "consumer", "cannot be changed: it is classic")]
    [InlineData("isolation.level", "read_uncommitted", "cannot be changed")]
    [InlineData("ssl.ca.location", "x", "write tls.ca of this source instead")]
    [InlineData("fetch.wait.maxms", "1", "librdkafka knows no setting")]
    public void Rejects_settings_of_the_client_that_would_break_a_promise(string key, string value, string message) =>
        AssertProblem($"librdkafka.{key}", message, Good with { Librdkafka = new Dictionary<string, string> { [key] = value } });

    [Fact]
    public void Reports_every_mistake_at_once() =>
        Assert.Equal(
            ["bootstrapServers", "topics", "groupId", "clientId", "groupInstanceId", "maxPollInterval"],
            Validate(Good with
            {
                BootstrapServers = "",
                Topics = ["a", "a"],
                GroupId = " ",
                ClientId = "",
                GroupInstanceId = "",
                SessionTimeout = new(TimeSpan.FromSeconds(30)),
                MaxPollInterval = new(TimeSpan.FromSeconds(20)),
            }).All.Select(p => p.Path));

    private static void AssertProblem(string path, string message, KafkaSourceConfig config)
    {
        var (at, text) = Assert.Single(Validate(config).All);
        Assert.Equal(path, at);
        Assert.Contains(message, text, StringComparison.Ordinal);
    }

    private static ConfigProblems Validate(KafkaSourceConfig config)
    {
        var problems = new ConfigProblems();
        new KafkaSourceFactory().Validate(config, problems);
        return problems;
    }
}
