using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace StepExport.Configuration;

/// <summary>Reads YAML into a tree with positions.</summary>
/// <remarks>
/// The scalars of YAML 1.2's core schema, with the numbers of JSON: <c>true</c> and <c>false</c> are booleans, <c>yes no on off</c>
/// are text, <c>0123</c> and <c>0x1F</c> are text, whatever is quoted is text. An alias stands for its anchor's value. Tags, merge
/// keys, several documents and keys that are not text are refused: each of them means something else to the next reader.
/// </remarks>
internal sealed partial class YamlTree
{
    private const int MaxDepth = 64;
    private readonly Parser _parser;
    private readonly ProblemLog _problems;
    private readonly Dictionary<string, ConfigNode> _anchors = new(StringComparer.Ordinal);

    private YamlTree(string text, ProblemLog problems)
    {
        _parser = new(new StringReader(text));
        _problems = problems;
    }

    /// <summary>The tree, or null when the text is not YAML or holds nothing; the reason is in <paramref name="problems"/>.</summary>
    public static ConfigNode? Parse(string text, ProblemLog problems)
    {
        try
        {
            return new YamlTree(text, problems).ReadStream();
        }
        catch (YamlException e)
        {
            problems.Add(At(e.Start), "", $"this is not valid YAML: {e.Message.TrimEnd('.')}; check indentation, quotes and colons around here");
            return null;
        }
    }

    private ConfigNode? ReadStream()
    {
        _parser.Consume<StreamStart>();
        if (_parser.TryConsume<StreamEnd>(out _))
        {
            _problems.AddWholeFile("the file is empty; 'stepexport init' writes a starter file");
            return null;
        }

        _parser.Consume<DocumentStart>();
        var root = ReadNode(0);
        _parser.Consume<DocumentEnd>();
        if (_parser.TryConsume<DocumentStart>(out var second))
            _problems.Add(At(second.Start), "", "a second YAML document begins here; a configuration is one document, remove the '---'");
        return root;
    }

    private ConfigNode ReadNode(int depth)
    {
        var current = _parser.Consume<ParsingEvent>();
        var at = At(current.Start);
        if (depth > MaxDepth) throw new YamlException(current.Start, current.End, "nested too deeply");
        if (current is AnchorAlias alias) return Resolve(alias);

        var node = (NodeEvent)current;
        // A plain or quoted scalar has the tags "?" and "!" by itself.
        if (!node.Tag.IsEmpty && !node.Tag.IsNonSpecific)
            _problems.Add(at, "", $"the tag {node.Tag.Value} is not supported; remove it, quote the value if it is text");
        ConfigNode result = node switch
        {
            MappingStart => ReadMap(at, depth),
            SequenceStart => ReadList(at, depth),
            Scalar { Style: ScalarStyle.Plain } plain => new ScalarNode(at, PlainType(plain.Value), plain.Value),
            Scalar quoted => new ScalarNode(at, ScalarType.Text, quoted.Value),
            _ => throw new YamlException(current.Start, current.End, $"unexpected {current}"),
        };
        if (!node.Anchor.IsEmpty) _anchors[node.Anchor.Value] = result;
        return result;
    }

    private MapNode ReadMap(Position at, int depth)
    {
        var entries = new List<MapEntry>();
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var keyAt = At(_parser.Current!.Start);
            var key = ReadNode(depth + 1) as ScalarNode;
            var value = ReadNode(depth + 1);
            if (key is null)
                _problems.Add(keyAt, "", "a key must be text");
            else if (key.Text == "<<")
                _problems.Add(keyAt, "", "merge keys (<<) are not part of YAML 1.2; write the keys out, or give a whole value as an alias");
            else
                entries.Add(new(key.Text, keyAt, value));
        }

        return new(at, entries);
    }

    private ListNode ReadList(Position at, int depth)
    {
        var items = new List<ConfigNode>();
        while (!_parser.TryConsume<SequenceEnd>(out _)) items.Add(ReadNode(depth + 1));
        return new(at, items);
    }

    private ConfigNode Resolve(AnchorAlias alias)
    {
        if (_anchors.TryGetValue(alias.Value.Value, out var node)) return node;
        throw new YamlException(alias.Start, alias.End, $"the alias *{alias.Value.Value} has no anchor &{alias.Value.Value} before it");
    }

    private static ScalarType PlainType(string text) => text switch
    {
        "" or "~" or "null" or "Null" or "NULL" => ScalarType.Null,
        "true" or "True" or "TRUE" or "false" or "False" or "FALSE" => ScalarType.Boolean,
        _ => Number().IsMatch(text) ? ScalarType.Number : ScalarType.Text,
    };

    private static Position At(Mark mark) => new((int)mark.Line, (int)mark.Column);

    [GeneratedRegex(@"^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Number();
}
