using System.Text.Json.Nodes;
using StepExport.Core.Formats;
using StepExport.Tests.Checks.Records;
using StepExport.Tests.Formats;
using StepExport.Tests.Normalization;

namespace StepExport.Tests.Content;

/// <summary>What Splunk finds in the events that this program writes.</summary>
internal static class SplunkFields
{
    public static string[] Formats { get; } = [.. OutputFormats.Texts];

    /// <summary>What HecEncoder puts into an event's envelope.</summary>
    public static string[] Indexed { get; } = ["event_uid", "detection_type", "severity", "repo"];

    public static string Sourcetype(string format) => $"stepsecurity:detection:{format}";

    /// <summary>The search-time and index-time settings of that format's source type.</summary>
    public static Dictionary<string, string> Settings(string format) => SplunkAddOn.Conf("props.conf").Stanzas[Sourcetype(format)];

    /// <summary>Each golden detection as it is sent.</summary>
    public static IEnumerable<(string Case, string Event)> Events(string format) =>
        ProjectFiles.Cases.Select(name => (name, Rendered.Text(OutputFormats.Parse(format), name)));

    /// <summary>Each kind of record about a check as it is sent.</summary>
    public static IEnumerable<(string Kind, string Event)> CheckEvents(string format) =>
        SomeRecords.Kinds.Select(kind => (kind.Key, Rendered.Text(OutputFormats.Parse(format), kind.Value().Body.Span)));

    /// <summary>The names of all fields that a format ever has: of every golden detection, and of every kind of record about a check.</summary>
    public static HashSet<string> Written(string format)
    {
        var names = Indexed.ToHashSet();
        foreach (var (_, text) in Events(format).Concat(CheckEvents(format))) Flatten("", JsonNode.Parse(text), names);
        if (format == "ecs") names.UnionWith(EcsFields.Types.Select(t => t.Value.EndsWith("[]", StringComparison.Ordinal) ? $"{t.Key}{{}}" : t.Key));
        return names;
    }

    /// <summary>The names that Splunk's JSON extraction gives: members joined by dots, {} for the items of an array.</summary>
    private static void Flatten(string path, JsonNode? node, HashSet<string> names)
    {
        switch (node)
        {
            case JsonObject o:
                foreach (var (name, member) in o) Flatten(path.Length == 0 ? name : $"{path}.{name}", member, names);
                break;
            case JsonArray a:
                foreach (var item in a) Flatten($"{path}{{}}", item, names);
                break;
            default:
                names.Add(path);
                break;
        }
    }
}
