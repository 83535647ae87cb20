using Microsoft.Extensions.Logging.Abstractions;
using StepExport.Configuration;
using StepExport.Kafka.Auth;
using StepExport.Sinks.Kafka;

namespace StepExport.Tests.Sinks.Kafka;

public sealed class KafkaSinkFactoryTests
{
    private static readonly KafkaSinkConfig Good = new() { Type = "kafka", BootstrapServers = "b1:9092,b2:9092", Topic = "security.detections", Tls = new() };

    [Fact]
    public void Accepts_what_is_right()
    {
        var problems = Validate(Good with
        {
            BootstrapServers = "kafka, 10.0.0.1:9092, [2001:db8::1]:9093",
            Topic = "a.{owner}.{severity}",
            AllowedTopics = ["a.*"],
            CompressionLevel = 3,
            Librdkafka = Settings(("socket.keepalive.enable", "true"), ("partitioner", "consistent_random"), ("client.rack", "eu-west-1a")),
        });

        Assert.Empty(problems.All);
        Assert.Empty(problems.Warnings);
    }

    [Fact]
    public void Has_limits_of_its_own()
    {
        var settings = Good.ToSettings();

        Assert.Equal((8_000_000, 10_000, TimeSpan.FromMilliseconds(100), 1), (settings.BatchMaxBytes, settings.BatchMaxEvents, settings.BatchMaxAge, settings.InFlight));
    }

    [Theory]
    [InlineData("", "empty entry")]
    [InlineData("a:9092,,b:9092", "empty entry")]
    [InlineData("ssl://a:9093", "has a scheme; write host:port, and tls: {} for TLS")]
    [InlineData("a:port", "is not an address")]
    [InlineData("a:99999", "is not an address")]
    [InlineData("a/b", "is not an address")]
    [InlineData("user@a:9092", "is not an address")]
    public void Rejects_servers_that_are_none(string servers, string message) =>
        Assert.Contains(message, Problem("bootstrapServers", Good with { BootstrapServers = servers }), StringComparison.Ordinal);

    [Theory]
    [InlineData("", "is not a topic")]
    [InlineData("..", "is not a topic")]
    [InlineData("a b", "' ' is not allowed")]
    [InlineData("a/{owner}", "'/' is not allowed")]
    [InlineData("größe", "'ö' is not allowed")]
    [InlineData("{ownr}", "is not a placeholder")]
    [InlineData("a.{date}", "{date} is no part of a topic; write one of {owner}, {repo}, {type}, {severity}")]
    [InlineData("__consumer_offsets", "begins with __")]
    public void Rejects_topics_that_are_none(string topic, string message) =>
        Assert.Contains(message, Problem("topic", Good with { Topic = topic }), StringComparison.Ordinal);

    [Fact]
    public void Rejects_a_topic_that_is_too_long() =>
        Assert.Contains("longer than the 249 characters", Problem("topic", Good with { Topic = new string('a', 250) }), StringComparison.Ordinal);

    [Fact]
    public void Topics_that_depend_on_records_want_a_list()
    {
        Assert.Equal("allowedTopics", Assert.Single(Validate(Good with { Topic = "{owner}" }).Warnings).Path);
        Assert.Contains("has no effect", Problem("allowedTopics", Good with { AllowedTopics = ["a"] }), StringComparison.Ordinal);
        Assert.Contains("'a b' is not a topic", Problem("allowedTopics", Good with { Topic = "{owner}", AllowedTopics = ["a b"] }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("acks", "1", "cannot be changed: it is all")]
    [InlineData("enable.idempotence", "false", "cannot be changed: it is true")]
    [InlineData("max.in.flight", "1", "cannot be changed")]
    [InlineData("message.timeout.ms", "1", "write timeout of this sink instead")]
    [InlineData("bootstrap.servers", "x", "write bootstrapServers of this sink instead")]
    [InlineData("linger.ms", "1", "write linger of this sink instead")]
    [InlineData("compression.codec", "lz4", "write compression of this sink instead")]
    [InlineData("security.protocol", "ssl", "write tls: {} for TLS, sasl for a login of this sink instead")]
    [InlineData("ssl.ca.location", "x", "write tls.ca of this sink instead")]
    [InlineData("test.mock.num.brokers", "1", "for tests of the client")]
    [InlineData("plugin.library.paths", "x", "no foreign code")]
    [InlineData("socket.keepalive.enabled", "true", "librdkafka knows no setting 'socket.keepalive.enabled'")]
    [InlineData("socket.timeout.ms", "soon", "socket.timeout.ms")]
    public void Rejects_settings_of_the_client_that_would_break_a_promise_or_do_nothing(string key, string value, string message) =>
        Assert.Contains(message, Problem($"librdkafka.{key}", Good with { Librdkafka = Settings((key, value)) }), StringComparison.Ordinal);

    [Fact]
    public void Every_setting_that_this_sink_makes_itself_is_refused_from_others()
    {
        using var security = new KafkaSecurity(new(), null, TimeProvider.System, NullLogger.Instance);
        string[] ours = ["partitioner", "log.connection.close", "topic.metadata.propagation.max.ms"];

        var made = KafkaSettings.ForProducer(Good with { CompressionLevel = 3 }, security).Select(s => s.Key).Where(k => !k.StartsWith("dotnet.", StringComparison.Ordinal));

        Assert.All(made.Except(ours), key => Assert.NotNull(ProducerSettings.Others.Problem(key, "1")));
    }

    [Fact]
    public void Reports_every_mistake_at_once()
    {
        var problems = Validate(Good with
        {
            InFlight = 2,
            Timeout = new(TimeSpan.FromSeconds(1)),
            BootstrapServers = "",
            Topic = "",
            Compression = "gzip",
            CompressionLevel = 10,
            MaxMessageBytes = new(2_000_000),
            QueueMaxBytes = new(1_000_000),
            ClientId = "",
        });

        Assert.Equal(["inFlight", "timeout", "bootstrapServers", "topic", "compressionLevel", "queueMaxBytes", "clientId"], problems.All.Select(p => p.Path));
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(5, 3.8)]
    [InlineData(30, 27)]
    [InlineData(3600, 3597)]
    public void The_client_gives_up_a_bit_before_the_runner(double timeout, double expected) =>
        Assert.Equal(TimeSpan.FromSeconds(expected), KafkaSettings.MessageTimeout(TimeSpan.FromSeconds(timeout)));

    private static Dictionary<string, string> Settings(params (string Key, string Value)[] settings) => settings.ToDictionary();

    private static string Problem(string path, KafkaSinkConfig config)
    {
        var (at, message) = Assert.Single(Validate(config).All);
        Assert.Equal(path, at);
        return message;
    }

    private static ConfigProblems Validate(KafkaSinkConfig config)
    {
        var problems = new ConfigProblems();
        new KafkaSinkFactory().Validate(config, problems);
        return problems;
    }
}
