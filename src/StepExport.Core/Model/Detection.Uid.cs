using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;

namespace StepExport.Core.Model;

/// <content>
/// The identity of a detection. Canonical form: an object is <c>{</c>, its member count, and per member (sorted by the bytes of
/// the name) the name and the value; an array <c>[</c>, count, values; a string or number <c>s</c> and its text (so <c>5</c> and
/// <c>"5"</c> are the same); <c>t</c>, <c>f</c>, <c>n</c> for the literals. Counts and text lengths are 32 bits, little-endian,
/// so no two different trees have the same form.
/// </content>
internal sealed partial class Detection
{
    private const int SortByInsertionUpTo = 24;

    /// <summary>Kept, for a digest made anew costs as much as hashing some hundred bytes.</summary>
    private readonly IncrementalHash _sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    private byte[] _canonical = [];
    private int _canonicalLength;
    private int[] _order = new int[64];
    private int _orderLength;

    /// <summary>Writes the SHA-256 over the canonical form of the detection as received.</summary>
    /// <returns>Null, or why there is none: two members of one object with the same name.</returns>
    public string? WriteUid(Span<byte> uid)
    {
        const int framePerNode = 1 + 4 + 4;
        var most = _textLength + (_count * framePerNode);
        if (_canonical.Length < most || _canonical.Length > Math.Max(most, KeepAtMost)) _canonical = new byte[most * 2];
        if (_order.Length < _count) _order = new int[_nodes.Length];
        _canonicalLength = 0;
        _orderLength = 0;
        var duplicate = WriteCanonical(0);
        if (duplicate >= 0) return At("the same name twice in one object", _nodes[duplicate].NameStart);
        _sha256.AppendData(_canonical.AsSpan(0, _canonicalLength));
        _sha256.GetHashAndReset(uid);
        return null;
    }

    /// <summary>Returns the node whose name stands twice, or -1.</summary>
    private int WriteCanonical(int index)
    {
        ref var node = ref _nodes[index];
        switch (node.Kind)
        {
            case JsonTokenType.StartObject: return WriteCanonicalObject(index);
            case JsonTokenType.StartArray:
                Frame((byte)'[', node.Count);
                for (var i = index + 1; i < node.End; i = _nodes[i].End)
                {
                    if (WriteCanonical(i) is >= 0 and var duplicate) return duplicate;
                }

                return -1;
            case JsonTokenType.True: return Literal((byte)'t');
            case JsonTokenType.False: return Literal((byte)'f');
            case JsonTokenType.Null: return Literal((byte)'n');
            default:
                Frame((byte)'s', node.TextLength);
                Copy(_text.AsSpan(node.TextStart, node.TextLength));
                return -1;
        }
    }

    private int WriteCanonicalObject(int index)
    {
        ref var node = ref _nodes[index];
        Frame((byte)'{', node.Count);
        var from = _orderLength;
        for (var i = index + 1; i < node.End; i = _nodes[i].End) _order[_orderLength++] = i;
        var members = _order.AsSpan(from, node.Count);
        Sort(members);
        for (var i = 1; i < members.Length; i++)
        {
            if (Compare(members[i - 1], members[i]) == 0) return Math.Max(members[i - 1], members[i]);
        }

        foreach (var member in members)
        {
            BinaryPrimitives.WriteInt32LittleEndian(_canonical.AsSpan(_canonicalLength), _nodes[member].NameLength);
            _canonicalLength += 4;
            Copy(Name(_nodes[member]));
            if (WriteCanonical(member) is >= 0 and var duplicate) return duplicate;
        }

        _orderLength = from;
        return -1;
    }

    private void Sort(Span<int> members)
    {
        if (members.Length > SortByInsertionUpTo)
        {
            members.Sort(Compare);
            return;
        }

        for (var i = 1; i < members.Length; i++)
        {
            var moving = members[i];
            var key = _nodes[moving].NameKey;
            var at = i;
            for (; at > 0; at--)
            {
                var before = _nodes[members[at - 1]].NameKey;
                if (before < key || (before == key && Compare(members[at - 1], moving) <= 0)) break;
                members[at] = members[at - 1];
            }

            members[at] = moving;
        }
    }

    private int Compare(int a, int b)
    {
        ref var x = ref _nodes[a];
        ref var y = ref _nodes[b];
        if (x.NameKey != y.NameKey) return x.NameKey < y.NameKey ? -1 : 1;
        return _text.AsSpan(x.NameStart, x.NameLength).SequenceCompareTo(_text.AsSpan(y.NameStart, y.NameLength));
    }

    private int Literal(byte tag)
    {
        _canonical[_canonicalLength++] = tag;
        return -1;
    }

    private void Frame(byte tag, int length)
    {
        _canonical[_canonicalLength] = tag;
        BinaryPrimitives.WriteInt32LittleEndian(_canonical.AsSpan(_canonicalLength + 1), length);
        _canonicalLength += 5;
    }

    private void Copy(ReadOnlySpan<byte> text)
    {
        text.CopyTo(_canonical.AsSpan(_canonicalLength));
        _canonicalLength += text.Length;
    }
}
