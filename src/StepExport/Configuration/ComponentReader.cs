using System.Text.Json;
using System.Text.RegularExpressions;

namespace StepExport.Configuration;

/// <summary>Reads <c>sources</c> and <c>sinks</c>: each entry's <c>type</c> picks the factory, whose record shapes the rest.</summary>
internal sealed partial class ComponentReader(SectionReader reader, ProblemLog problems)
{
    /// <summary>Regular expression of a component's name, without anchors.</summary>
    public const string NamePattern = "[A-Za-z0-9][A-Za-z0-9_.-]{0,63}";

    public IReadOnlyList<SourceSection> ReadSources(MapEntry? entry, IReadOnlyList<ISourceFactory> factories)
    {
        var result = new List<SourceSection>();
        foreach (var (name, node, path) in Entries("sources", "source", entry))
        {
            if (Pick(node, path, factories, f => f.Type) is not { } factory) continue;
            if (reader.ReadSection(node, factory.ConfigType, path) is not { } json) continue;
            var config = (SourceConfig)json.Deserialize(factory.ConfigType, ConfigJson.Options)!;
            var found = new ConfigProblems();
            factory.Validate(config, found);
            problems.Add(path, found);
            result.Add(new(name, config, factory) { Fingerprint = Fingerprint.Of(config) });
        }

        return result;
    }

    public IReadOnlyList<SinkSection> ReadSinks(MapEntry? entry, IReadOnlyList<ISinkFactory> factories)
    {
        var result = new List<SinkSection>();
        foreach (var (name, node, path) in Entries("sinks", "sink", entry))
        {
            if (Pick(node, path, factories, f => f.Type) is not { } factory) continue;
            if (reader.ReadSection(node, factory.ConfigType, path) is not { } json) continue;
            var config = (SinkConfig)json.Deserialize(factory.ConfigType, ConfigJson.Options)!;
            var found = new ConfigProblems();
            SinkRules.Validate(config, found);
            factory.Validate(config, found);
            problems.Add(path, found);
            result.Add(new(name, config, factory) { Fingerprint = Fingerprint.Of(config) });
        }

        return result;
    }

    private IEnumerable<(string Name, ConfigNode Node, string Path)> Entries(string section, string one, MapEntry? entry)
    {
        if (entry is null)
            problems.Add(section, $"is missing; add at least one {one}");
        else if (entry.Value is MapNode { Entries.Count: > 0 } map)
            return Named(map, section, one);
        else if (entry.Value is MapNode or ScalarNode { Type: ScalarType.Null })
            problems.Add(section, $"is empty; add at least one {one}");
        else
            problems.Add(section, $"must be a group of named {section} (name: {{ type: … }}), not {entry.Value.Kind}");
        return [];
    }

    private IEnumerable<(string Name, ConfigNode Node, string Path)> Named(MapNode map, string section, string one)
    {
        foreach (var (entry, path) in reader.Distinct(map, section))
        {
            if (!Name().IsMatch(entry.Key))
                problems.Add(entry.KeyAt, path, $"cannot be the name of a {one}; use up to 64 letters, digits, - _ . and begin with a letter or digit");
            yield return (entry.Key, entry.Value, path);
        }
    }

    private TFactory? Pick<TFactory>(ConfigNode node, string path, IReadOnlyList<TFactory> factories, Func<TFactory, string> typeOf)
        where TFactory : class
    {
        var known = factories.Select(typeOf).ToArray();
        var at = ConfigPath.Join(path, "type");
        if (node is not MapNode map)
            problems.Add(path, $"must be a group of keys that begins with type: {string.Join(", ", known)}; not {node.Kind}");
        else if (map.Entries.FirstOrDefault(e => e.Key == "type") is not { } entry)
            problems.Add(at, $"is missing; write one of {string.Join(", ", known)}");
        else if (entry.Value is not ScalarNode { Type: ScalarType.Text } type)
            problems.Add(entry.Value.At, at, $"must be one of {string.Join(", ", known)}; not {entry.Value.Kind}");
        else if (OneOfAttribute.Check(type.Text, known) is { } unknown)
            problems.Add(type.At, at, unknown);
        else
            return factories.First(f => typeOf(f) == type.Text);
        return null;
    }

    [GeneratedRegex(@"\A" + NamePattern + @"\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
