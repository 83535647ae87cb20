using System.Text;
using StepExport.Configuration;

namespace StepExport.Cli;

/// <summary>The few values that a verb needs to look at a program from outside. Whatever else the file holds may be wrong: a running
/// program must not seem ill because somebody is editing its configuration, and no secret of a sink is needed to read a dead letter.</summary>
/// <param name="DataDir">Where the data lies.</param>
/// <param name="Listen">The admin listener.</param>
/// <param name="Token">Its token, or null.</param>
/// <param name="Sinks">Names.</param>
internal sealed record ConfigGlance(string DataDir, string Listen, Secret? Token, IReadOnlyList<string> Sinks)
{
    /// <summary>Whether there is anything to be read in the file.</summary>
    public static bool CanRead(string file)
    {
        try
        {
            Read(file);
            return true;
        }
        catch (IOException)
        {
            // Whoever asks says it in the loader's words, with line and column.
            return false;
        }
    }

    /// <exception cref="IOException">The file cannot be read.</exception>
    public static ConfigGlance Read(string file)
    {
        var problems = new ProblemLog(file);
        string text;
        try
        {
            text = File.ReadAllText(file, Encoding.UTF8);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new IOException($"{file}: no such file", e);
        }

        var isJson = Path.GetExtension(file).Equals(".json", StringComparison.OrdinalIgnoreCase);
        if ((isJson ? JsonTree.Parse(text, problems) : YamlTree.Parse(text, problems)) is not MapNode root)
            throw new IOException($"{file} cannot be read: {(problems.Errors is [var first, ..] ? first.Message : "it is no group of keys")}");
        var defaults = new ExportConfig();
        var admin = Child(root, "admin") as MapNode;
        return new(
            Text(Child(root, "dataDir")) is { } dataDir ? References.Replace(dataDir) : defaults.DataDir,
            Text(Child(admin, "listen")) is { } listen ? References.Replace(listen) : defaults.Admin.Listen,
            Text(Child(admin, "token")) is { } token ? new Secret(token) : null,
            [.. (Child(root, "sinks") as MapNode)?.Entries.Select(entry => entry.Key) ?? []]);
    }

    private static ConfigNode? Child(MapNode? map, string key) => map?.Entries.FirstOrDefault(entry => entry.Key == key)?.Value;

    private static string? Text(ConfigNode? node) => (node as ScalarNode)?.Text;
}
