namespace StepExport.Tests.Content;

/// <summary>One of Splunk's .conf files, read strictly: what Splunk would pass over or merge in silence is an error here.</summary>
internal sealed class SplunkConf
{
    private readonly Dictionary<string, Dictionary<string, string>> _stanzas = new(StringComparer.Ordinal);

    private SplunkConf()
    {
    }

    public IReadOnlyDictionary<string, Dictionary<string, string>> Stanzas => _stanzas;

    /// <exception cref="FormatException">A line that is none of stanza, setting and comment, or something that is there twice.</exception>
    public static SplunkConf Parse(string text)
    {
        var conf = new SplunkConf();
        Dictionary<string, string>? stanza = null;
        foreach (var (i, line) in text.ReplaceLineEndings("\n").Split('\n').Index())
        {
            if (line.Length == 0 || line[0] == '#') continue;
            if (line != line.Trim()) throw Wrong(i, line, "has blanks at an end");
            if (line[0] == '[')
            {
                if (line[^1] != ']' || line.Length < 2) throw Wrong(i, line, "is not a stanza");
                stanza = new(StringComparer.Ordinal);
                if (!conf._stanzas.TryAdd(line[1..^1], stanza)) throw Wrong(i, line, "is there twice");
                continue;
            }

            var split = line.IndexOf(" = ", StringComparison.Ordinal);
            if (split <= 0) throw Wrong(i, line, "is not a setting");
            if (stanza is null) throw Wrong(i, line, "stands in no stanza");
            var (key, value) = (line[..split], line[(split + 3)..]);
            if (!key.All(c => char.IsAsciiLetterOrDigit(c) || "_-.".Contains(c, StringComparison.Ordinal))) throw Wrong(i, line, "has a key that Splunk does not know");
            if (value.EndsWith('\\')) throw Wrong(i, line, "goes on in the next line");
            if (!stanza.TryAdd(key, value)) throw Wrong(i, line, "is set twice");
        }

        return conf;
    }

    private static FormatException Wrong(int index, string line, string why) => new(FormattableString.Invariant($"line {index + 1}: '{line}' {why}"));
}
