using System.Text.RegularExpressions;

namespace StepExport.Tests.Configuration.Schema;

/// <summary>What the example configurations say about each kind of source and sink.</summary>
internal sealed partial class ReferenceExamples
{
    private readonly Dictionary<(string Section, string Type), (string File, string Text)> _found = [];

    /// <param name="folder">With the examples, <c>*.yaml</c>.</param>
    public ReferenceExamples(string folder)
    {
        foreach (var file in Directory.GetFiles(folder, "*.yaml").Order(StringComparer.Ordinal)) Read(file);
    }

    /// <summary>The fullest example of this kind, or null when none of the files has one.</summary>
    public (string File, string Text)? Find(string section, string type) =>
        _found.TryGetValue((section, type), out var example) ? example : null;

    private void Read(string file)
    {
        var section = "";
        var entry = new List<string>();
        foreach (var line in File.ReadLines(file).Where(l => l.Trim() is { Length: > 0 } text && text[0] != '#').Append("end:"))
        {
            var isInEntry = line.StartsWith("   ", StringComparison.Ordinal);
            if (!isInEntry) Keep(file, section, entry);
            if (line[0] != ' ') section = line[..line.IndexOf(':', StringComparison.Ordinal)];
            else entry.Add(line[2..]);
        }
    }

    private void Keep(string file, string section, List<string> entry)
    {
        var text = string.Join('\n', entry);
        entry.Clear();
        if (section is not ("sources" or "sinks")) return;
        var type = Kind().Match(text).Groups[1].Value;
        if (_found.TryGetValue((section, type), out var known) && known.Text.Count(c => c == '\n') >= text.Count(c => c == '\n')) return;
        if (type.Length > 0) _found[(section, type)] = (Path.GetFileName(file), text);
    }

    [GeneratedRegex(@"\btype: (\w+)")]
    private static partial Regex Kind();
}
