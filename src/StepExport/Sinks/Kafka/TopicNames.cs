using System.IO.Enumeration;
using System.Text;
using System.Text.RegularExpressions;
using StepExport.Configuration;
using StepExport.Core.Model;

namespace StepExport.Sinks.Kafka;

/// <summary>The topic of every record. Names are made once per distinct combination of values. One thread.</summary>
internal sealed partial class TopicNames
{
    private const int LongestName = 249;

    /// <summary>More distinct topics than a cluster is likely to have.</summary>
    private const int Remembered = 10_000;

    private static readonly string[] Placeholders = ["{owner}", "{repo}", "{type}", "{severity}"];
    private readonly RecordTemplate _template;
    private readonly IReadOnlyList<string>? _allowed;
    private readonly ByteCache<KafkaTopic> _topics = new(Remembered);
    private readonly KafkaTopic? _constant;
    private readonly byte[] _name;

    public TopicNames(string topic, IReadOnlyList<string>? allowed)
    {
        if (!RecordTemplate.TryParse(topic, out var template, out var problem)) throw new ArgumentException(problem, nameof(topic));
        _template = template;
        _allowed = allowed;
        _name = new byte[template.MaxLength];
        _constant = template.IsConstant ? new(topic, null) : null;
    }

    /// <summary>The one topic; null when it depends on the record.</summary>
    public string? Constant => _constant?.Name;

    /// <summary>Reports everything that is wrong with the two settings.</summary>
    public static void Validate(string topic, IReadOnlyList<string>? allowed, ConfigProblems problems)
    {
        var literals = Placeholder().Replace(topic, "");
        if (!RecordTemplate.TryParse(topic, out var template, out var problem))
            problems.Add("topic", problem);
        else if (Placeholder().Matches(topic).FirstOrDefault(m => !Placeholders.Contains(m.Value)) is { } other)
            problems.Add("topic", $"{other.Value} is no part of a topic; write one of {string.Join(", ", Placeholders)}");
        else if (literals.FirstOrDefault(c => !IsLegal(c)) is var illegal and not '\0')
            problems.Add("topic", $"'{illegal}' is not allowed in a topic; write ASCII letters, digits, '.', '_' and '-'");
        else if (topic is "" or "." or "..")
            problems.Add("topic", $"'{topic}' is not a topic; write a name like security.detections");
        else if (literals.Length > LongestName)
            problems.Add("topic", $"is longer than the {LongestName} characters that Kafka allows; shorten it");
        else if (topic.StartsWith("__", StringComparison.Ordinal))
            problems.Add("topic", "begins with __ like Kafka's own topics; write another name");
        else if (template.IsConstant && allowed is not null)
            problems.Add("allowedTopics", "has no effect on a topic without values of a record; remove it");
        else if (allowed?.FirstOrDefault(a => a.Length == 0 || a.Any(c => c != '*' && !IsLegal(c))) is { } pattern)
            problems.Add("allowedTopics", $"'{pattern}' is not a topic; write names, * for any run of characters");
        else if (!template.IsConstant && allowed is null)
            problems.Warn("allowedTopics", "is missing: one record whose topic does not exist would hold up all records behind it; list the topics that exist");
    }

    /// <summary>The record's topic.</summary>
    public KafkaTopic Of(in ExportRecord record)
    {
        if (_constant is not null) return _constant;
        var name = _name.AsSpan(0, Math.Min(_template.Render(record, _name), LongestName));
        return _topics.TryGet(name, out var known) ? known : _topics.Add(name, Make(name));
    }

    private KafkaTopic Make(ReadOnlySpan<byte> name)
    {
        var text = Encoding.ASCII.GetString(name);

        // An owner called _ must not reach __consumer_offsets.
        if (name.StartsWith("__"u8)) return new(text, $"the topic {text} begins with __, which Kafka keeps for itself");
        foreach (var allowed in _allowed ?? [])
        {
            // Kafka tells upper from lower case.
            if (FileSystemName.MatchesSimpleExpression(allowed, text, ignoreCase: false)) return new(text, null);
        }

        return new(text, _allowed is null ? null : $"the topic {text} is not in allowedTopics");
    }

    private static bool IsLegal(char c) => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-';

    [GeneratedRegex(@"\{[^{}]*\}")]
    private static partial Regex Placeholder();
}
