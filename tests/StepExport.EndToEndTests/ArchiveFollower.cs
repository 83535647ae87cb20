using System.Globalization;
using System.Text;
using System.Text.Json;
using StepExport.Testing;

namespace StepExport.EndToEndTests;

/// <summary>Reads the file sink's findings while they are written.</summary>
internal sealed class ArchiveFollower(string path)
{
    private long _position;

    /// <summary>Number and state of the detection by the uid of the event.</summary>
    public Dictionary<string, (int Number, string State)> Findings { get; } = new(StringComparer.Ordinal);

    /// <summary>Lines since the start of the file, repeated ones too.</summary>
    public int Lines { get; private set; }

    /// <summary>The program was killed: what was written last may be cut off and written anew.</summary>
    public void StartOver() => (_position, Lines) = (0, 0);

    /// <summary>The findings in the whole lines that have joined.</summary>
    public IReadOnlyList<(int Number, string State)> Read()
    {
        if (!File.Exists(path)) return [];
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        file.Position = _position;
        var bytes = new byte[file.Length - _position];
        file.ReadExactly(bytes);
        var end = Array.LastIndexOf(bytes, (byte)'\n') + 1;
        _position += end;
        var read = new List<(int, string)>();
        foreach (var line in Encoding.UTF8.GetString(bytes, 0, end).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            Lines++;
            var (uid, finding) = Parse(line);
            Findings[uid] = finding;
            read.Add(finding);
        }

        return read;
    }

    private static (string Uid, (int Number, string State) Finding) Parse(string line)
    {
        using var document = JsonDocument.Parse(line);
        var metadata = document.RootElement.GetProperty("metadata");
        var run = metadata.GetProperty("correlation_uid").GetString()!;
        var number = long.Parse(run[(run.LastIndexOf('/') + 1)..], CultureInfo.InvariantCulture) - DetectionGenerator.RunId(0);
        var state = document.RootElement.GetProperty("status_id").GetInt32() switch { 3 => "suppressed", 4 => "resolved", _ => "new" };
        return (metadata.GetProperty("uid").GetString()!, ((int)number, state));
    }
}
