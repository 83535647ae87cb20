using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace StepExport.Core.Model;

/// <summary>One inbound event: a parsed JSON object that keeps account of which of its values have been used.</summary>
/// <remarks>
/// Mappers read through <see cref="DetectionValue"/>; what they <em>take</em> is theirs to write, and what nobody took is
/// written under <c>unmapped</c>, so no value is lost. The instance is reused from event to event and allocates only to grow.
/// Not thread-safe.
/// </remarks>
[SuppressMessage("Design", "CA1001", Justification = "Lives as long as the worker that reuses it; the digest has a finalizer of its own.")]
internal sealed partial class Detection
{
    private const int KeepAtMost = 1 << 20;

    /// <summary>Several names have the slot.</summary>
    private const int Shared = -1;

    private byte[] _text = new byte[8 * 1024];
    private int _textLength;
    private int _jsonLength;
    private int _composedFrom;
    private DetectionNode[] _nodes = new DetectionNode[64];
    private int _count;

    /// <summary>The root's member by the slot of its name, or <see cref="Shared"/>; valid where the root has the slot's bit.</summary>
    private readonly int[] _rootSlots = new int[64];

    public DetectionValue Root => new(this, 0);

    public int NodeCount => _count;

    /// <summary>The JSON text as received.</summary>
    public ReadOnlySpan<byte> Json => _text.AsSpan(0, _jsonLength);

    /// <summary><see cref="Json"/>, and after it the strings and names that were spelled with escapes, without these.</summary>
    public ReadOnlySpan<byte> AllText => _text.AsSpan(0, _textLength);

    public ref DetectionNode Node(int index) => ref _nodes[index];

    public DetectionText Name(in DetectionNode node) => new(_text, node.NameStart, node.NameLength);

    public DetectionText Text(in DetectionNode node) => new(_text, node.TextStart, node.TextLength);

    /// <summary>Index of the member of that name that nobody has taken yet, or -1.</summary>
    public int Find(int container, ReadOnlySpan<byte> name)
    {
        var key = DetectionNode.KeyOf(name);
        var slot = DetectionNode.SlotOf(key, name.Length);
        var nodes = _nodes.AsSpan(0, _count);
        if ((nodes[container].MemberSlots & (1UL << slot)) == 0) return -1;
        if (container == 0 && _rootSlots[slot] is not Shared and var only) return Is(nodes[only], key, name) ? only : -1;
        var end = nodes[container].End;
        for (var i = container + 1; i < end; i = nodes[i].End)
        {
            if (Is(nodes[i], key, name)) return i;
        }

        return -1;
    }

    /// <summary>Puts other text in place of a string value, e.g. when it was scrubbed.</summary>
    public void Replace(int index, ReadOnlySpan<byte> text)
    {
        Begin().Append(text);
        _nodes[index].TextStart = _composedFrom;
        _nodes[index].TextLength = _textLength - _composedFrom;
        _nodes[index].Kind = JsonTokenType.String;
    }

    /// <summary>Puts another name in place of a member's.</summary>
    public void Rename(int index, ReadOnlySpan<byte> name)
    {
        Begin().Append(name);
        _nodes[index].NameStart = _composedFrom;
        _nodes[index].NameLength = name.Length;
        TakeSlot(index);
    }

    /// <summary>Starts composing a new text; one at a time.</summary>
    public Detection Begin()
    {
        _composedFrom = _textLength;
        return this;
    }

    public Detection Append(ReadOnlySpan<byte> text)
    {
        text.CopyTo(Room(text.Length));
        _textLength += text.Length;
        return this;
    }

    public Detection Append(byte value)
    {
        Room(1)[0] = value;
        _textLength++;
        return this;
    }

    public Detection Append(long number)
    {
        Utf8Formatter.TryFormat(number, Room(20), out var length);
        _textLength += length;
        return this;
    }

    public DetectionText End() => new(_text, _composedFrom, _textLength - _composedFrom);

    /// <summary>Marks the values that hold something nobody took, and tells whether there are any.</summary>
    public bool FindRest()
    {
        for (var i = _count - 1; i > 0; i--)
        {
            ref var node = ref _nodes[i];
            if (node.Taken) continue;
            if (node.Count == 0) node.Rest = true;
            if (node.Rest) _nodes[node.Parent].Rest = true;
        }

        return _nodes[0].Rest;
    }

    private bool Is(in DetectionNode node, ulong key, ReadOnlySpan<byte> name) =>
        node.NameKey == key && node.NameLength == name.Length && !node.Taken && Name(node).Span.SequenceEqual(name);

    private void TakeSlot(int index)
    {
        ref var node = ref _nodes[index];
        node.NameKey = DetectionNode.KeyOf(Name(node));
        var slot = DetectionNode.SlotOf(node.NameKey, node.NameLength);
        ref var taken = ref _nodes[node.Parent].MemberSlots;
        if (node.Parent == 0) _rootSlots[slot] = (taken & (1UL << slot)) == 0 ? index : Shared;
        taken |= 1UL << slot;
    }

    private Span<byte> Room(int length)
    {
        if (_textLength + length > _text.Length)
        {
            // Texts handed out before keep the old array alive, so they stay valid.
            Array.Resize(ref _text, Math.Max(_text.Length * 2, _textLength + length));
        }

        return _text.AsSpan(_textLength);
    }

    private ref DetectionNode Add(int parent)
    {
        if (_count == _nodes.Length) Array.Resize(ref _nodes, _count * 2);
        if (parent >= 0) _nodes[parent].Count++;
        ref var node = ref _nodes[_count];
        node = default;
        node.Parent = parent;
        node.End = ++_count;
        return ref node;
    }

    private void Clear()
    {
        // One giant event must not keep its memory for the life of the process.
        if (_text.Length > KeepAtMost) _text = new byte[8 * 1024];
        if (_nodes.Length > KeepAtMost / 32) _nodes = new DetectionNode[64];
        _count = 0;
        _textLength = 0;
        _jsonLength = 0;
    }
}
