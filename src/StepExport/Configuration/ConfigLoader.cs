using System.Text;
using System.Text.Json;

namespace StepExport.Configuration;

/// <summary>Turns a YAML or JSON file into an <see cref="ExportConfig"/>, or into the list of everything that is wrong with it.</summary>
/// <remarks>
/// Text -> tree with positions (<see cref="YamlTree"/>, <see cref="JsonTree"/>) -> strict JSON per section
/// (<see cref="SectionReader"/>) -> records -> rules (<see cref="RootRules"/>, <see cref="SinkRules"/>, the factories). No step
/// stops at the first mistake.
/// </remarks>
internal sealed class ConfigLoader(ComponentFactories factories)
{
    private const string Sources = "sources";
    private const string Sinks = "sinks";

    /// <summary>Reads a file; <c>.json</c> is JSON, anything else YAML. References are resolved as of now.</summary>
    public LoadedConfig Load(string file)
    {
        var problems = new ProblemLog(file);
        try
        {
            var config = Read(file, File.ReadAllText(file, new UTF8Encoding(false, throwOnInvalidBytes: true)), problems);
            FileDangers.Warn(file, config, problems);
            return Result(file, config, problems);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            problems.AddWholeFile("no such file; 'stepexport init' writes a starter file");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.AddWholeFile($"cannot be read: {e.Message}");
        }
        catch (DecoderFallbackException)
        {
            problems.AddWholeFile("is not UTF-8 text; save it as UTF-8");
        }

        return new(file, null, problems.Errors, []);
    }

    /// <summary>Reads a text that was in <paramref name="file"/>.</summary>
    public LoadedConfig Parse(string file, string text)
    {
        var problems = new ProblemLog(file);
        return Result(file, Read(file, text, problems), problems);
    }

    private static LoadedConfig Result(string file, ExportConfig? config, ProblemLog problems)
    {
        problems.Accept(config?.Accept ?? []);
        return new(file, problems.Errors.Count == 0 ? config : null, problems.Errors, problems.Warnings);
    }

    private ExportConfig? Read(string file, string text, ProblemLog problems)
    {
        var isJson = Path.GetExtension(file).Equals(".json", StringComparison.OrdinalIgnoreCase);
        var root = isJson ? JsonTree.Parse(text, problems) : YamlTree.Parse(text, problems);
        return root is null ? null : Read(root, problems);
    }

    private ExportConfig? Read(ConfigNode root, ProblemLog problems)
    {
        if (root is not MapNode map)
        {
            problems.Add(root.At, "", $"a configuration is a group of keys (sources, sinks, …), not {root.Kind}; 'stepexport init' writes a starter file");
            return null;
        }

        var reader = new SectionReader(problems);
        var components = new ComponentReader(reader, problems);
        var json = reader.ReadSection(map, typeof(ExportConfig), "", Sources, Sinks);
        var sources = components.ReadSources(Find(map, Sources), factories.Sources);
        var sinks = components.ReadSinks(Find(map, Sinks), factories.Sinks);
        var config = json.Deserialize<ExportConfig>(ConfigJson.Options)! with { Sources = sources, Sinks = sinks };
        config = config with { Fingerprints = Fingerprint.ByPath(config with { Accept = [] }) };
        var found = new ConfigProblems();
        RootRules.Validate(config, found);
        problems.Add("", found);
        return config;
    }

    private static MapEntry? Find(MapNode map, string key) => map.Entries.FirstOrDefault(e => e.Key == key);
}
