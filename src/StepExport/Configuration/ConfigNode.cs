namespace StepExport.Configuration;

/// <summary>A place in the configuration file; line and column count from 1.</summary>
internal readonly record struct Position(int Line, int Column);

/// <summary>The configuration file as a tree, the same for YAML and JSON, in which everything knows where it stands.</summary>
internal abstract record ConfigNode(Position At)
{
    /// <summary>What this is, in the words of an error message.</summary>
    public abstract string Kind { get; }
}

internal sealed record MapNode(Position At, IReadOnlyList<MapEntry> Entries) : ConfigNode(At)
{
    public override string Kind => "a group of keys";
}

/// <summary>One <c>key: value</c>. Duplicates are kept, so that they can be reported.</summary>
internal sealed record MapEntry(string Key, Position KeyAt, ConfigNode Value);

internal sealed record ListNode(Position At, IReadOnlyList<ConfigNode> Items) : ConfigNode(At)
{
    public override string Kind => "a list";
}

/// <summary>A single value; <paramref name="Text"/> is as written, without quotes.</summary>
internal sealed record ScalarNode(Position At, ScalarType Type, string Text) : ConfigNode(At)
{
    public override string Kind => Type switch
    {
        ScalarType.Null => "nothing",
        ScalarType.Boolean => Text,
        ScalarType.Number => $"the number {Text}",
        _ => "text",
    };
}

internal enum ScalarType
{
    Null,
    Boolean,
    Number,
    Text,
}
