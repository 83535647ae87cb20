using System.Text;
using System.Text.Json;

namespace StepExport.Configuration;

/// <summary>Reads JSON (comments and trailing commas allowed) into the same tree as <see cref="YamlTree"/>.</summary>
internal ref struct JsonTree
{
    private readonly ReadOnlySpan<byte> _text;
    private Utf8JsonReader _reader;

    private JsonTree(ReadOnlySpan<byte> text)
    {
        _text = text;
        _reader = new(text, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
    }

    /// <summary>The tree, or null when the text is not JSON; the reason is in <paramref name="problems"/>.</summary>
    public static ConfigNode? Parse(string text, ProblemLog problems)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        try
        {
            var tree = new JsonTree(bytes);
            tree._reader.Read();
            var root = tree.ReadNode();
            tree._reader.Read();
            return root;
        }
        catch (JsonException e)
        {
            var at = new Position((int)(e.LineNumber ?? 0) + 1, (int)(e.BytePositionInLine ?? 0) + 1);
            var reason = e.Message.Split(" LineNumber:")[0].TrimEnd('.');
            problems.Add(at, "", $"this is not valid JSON: {reason}; check commas, quotes and brackets around here");
            return null;
        }
    }

    private ConfigNode ReadNode()
    {
        var at = At();
        return _reader.TokenType switch
        {
            JsonTokenType.StartObject => ReadMap(at),
            JsonTokenType.StartArray => ReadList(at),
            JsonTokenType.String => new ScalarNode(at, ScalarType.Text, _reader.GetString()!),
            JsonTokenType.Number => new ScalarNode(at, ScalarType.Number, Encoding.UTF8.GetString(_reader.ValueSpan)),
            JsonTokenType.True => new ScalarNode(at, ScalarType.Boolean, "true"),
            JsonTokenType.False => new ScalarNode(at, ScalarType.Boolean, "false"),
            _ => new ScalarNode(at, ScalarType.Null, ""),
        };
    }

    private MapNode ReadMap(Position at)
    {
        var entries = new List<MapEntry>();
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndObject)
        {
            var (key, keyAt) = (_reader.GetString()!, At());
            _reader.Read();
            entries.Add(new(key, keyAt, ReadNode()));
        }

        return new(at, entries);
    }

    private ListNode ReadList(Position at)
    {
        var items = new List<ConfigNode>();
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray) items.Add(ReadNode());
        return new(at, items);
    }

    private readonly Position At()
    {
        var before = _text[..(int)_reader.TokenStartIndex];
        return new(before.Count((byte)'\n') + 1, Encoding.UTF8.GetCharCount(before[(before.LastIndexOf((byte)'\n') + 1)..]) + 1);
    }
}
