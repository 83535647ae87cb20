using System.Text.RegularExpressions;
using StepExport.Configuration;
using StepExport.Core.Ingest;
using StepExport.Kafka;
using StepExport.Kafka.Auth;

namespace StepExport.Sources.Kafka;

/// <summary>Makes sources of type <c>kafka</c>.</summary>
internal sealed partial class KafkaSourceFactory() : SourceFactory<KafkaSourceConfig>("kafka")
{
    public override void Validate(KafkaSourceConfig config, ConfigProblems problems)
    {
        BootstrapServers.Validate(config.BootstrapServers, problems);
        foreach (var topic in config.Topics)
        {
            if (TopicProblem(topic) is { } problem) problems.Add("topics", problem);
        }

        if (config.Topics.GroupBy(topic => topic, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
            problems.Add("topics", $"'{twice.Key}' is there twice; remove one");
        problems.AddIfBlank("groupId", config.GroupId);
        problems.AddIfBlank("clientId", config.ClientId);
        if (config.GroupInstanceId is { } instance) problems.AddIfBlank("groupInstanceId", instance);
        if (config.MaxPollInterval.Value < config.SessionTimeout.Value)
            problems.Add("maxPollInterval", $"{config.MaxPollInterval} is shorter than sessionTimeout {config.SessionTimeout}; raise it");
        KafkaSecurity.Validate(config.BootstrapServers, config.Tls, config.Sasl, problems);
        foreach (var (key, value) in config.Librdkafka)
        {
            if (ConsumerSettings.Others.Problem(key, value) is { } problem) problems.Add($"librdkafka.{key}", problem);
        }
    }

    public override ISource Create(string name, KafkaSourceConfig config, SourceContext context)
    {
        NativeHeap.KeepBetweenBatches();
        return new KafkaSource(name, config, context);
    }

    private static string? TopicProblem(string topic)
    {
        if (topic.StartsWith('^')) return PatternProblem(topic);
        if (topic is "" or "." or ".." || !TopicName().IsMatch(topic))
            return $"'{topic}' is not a topic; write ASCII letters, digits, '.', '_' and '-', at most 249, or a regular expression that begins with ^";
        return topic.StartsWith("__", StringComparison.Ordinal) ? $"'{topic}' begins with __ like Kafka's own topics; write another name" : null;
    }

    /// <remarks>The client has a regular expression engine of its own; what .NET calls broken is broken there, too.</remarks>
    private static string? PatternProblem(string pattern)
    {
        try
        {
            _ = new Regex(pattern, RegexOptions.None, TimeSpan.FromSeconds(1));
            return null;
        }
        catch (ArgumentException e)
        {
            return $"'{pattern}' is not a regular expression: {e.Message}";
        }
    }

    [GeneratedRegex(@"\A[A-Za-z0-9._-]{1,249}\z")]
    private static partial Regex TopicName();
}
