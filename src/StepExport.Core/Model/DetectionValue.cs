using System.Buffers.Text;
using System.Text.Json;

namespace StepExport.Core.Model;

/// <summary>One value of a <see cref="Detection"/>, or nothing (the default) when the value asked for is not there.</summary>
/// <remarks>
/// The vendor spells numbers and booleans as strings in one place and as JSON literals in the next: reading accepts both.
/// A value that cannot be used is not taken, and so ends in <c>unmapped</c>.
/// </remarks>
internal readonly struct DetectionValue(Detection? detection, int index)
{
    public bool Exists => detection is not null;

    public bool IsObject => Exists && Node.Kind == JsonTokenType.StartObject;

    public bool IsArray => Exists && Node.Kind == JsonTokenType.StartArray;

    /// <summary>A string or a number.</summary>
    public bool IsText => Exists && Node.Kind is (JsonTokenType.String or JsonTokenType.Number);

    /// <summary>This value, or each one below it, is taken.</summary>
    public bool IsUsedUp
    {
        get
        {
            if (!Exists || Node.Taken) return true;
            foreach (var below in this)
            {
                if (!below.IsUsedUp) return false;
            }

            return Node.Count > 0;
        }
    }

    public int Index => index;

    /// <summary>Members or elements.</summary>
    public int Count => Exists ? Node.Count : 0;

    /// <summary>The text of a string or number, else empty.</summary>
    public DetectionText Text =>
        IsText ? detection!.Text(Node) : default;

    public DetectionText Name => Exists ? detection!.Name(Node) : default;

    /// <summary>The member of that name that nobody has taken yet.</summary>
    public DetectionValue this[ReadOnlySpan<byte> name] =>
        IsObject && detection!.Find(index, name) is >= 0 and var member ? new DetectionValue(detection, member) : default;

    private ref DetectionNode Node => ref detection!.Node(index);

    /// <summary>Marks this value and all below it as used.</summary>
    public void Take()
    {
        if (!Exists) return;
        for (var i = Node.End - 1; i >= index; i--) detection!.Node(i).Taken = true;
    }

    /// <summary>Takes the text of a member; empty, and not taken, when it is absent, empty, too long, or no string or number.</summary>
    public DetectionText TakeText(ReadOnlySpan<byte> name, int maxLength = int.MaxValue)
    {
        var member = this[name];
        var text = member.Text;
        if (text.IsEmpty || text.Length > maxLength) return default;
        member.Take();
        return text;
    }

    /// <summary>Takes the member when its text is exactly <paramref name="text"/>, which the output then already holds.</summary>
    public void TakeIfEqual(ReadOnlySpan<byte> name, ReadOnlySpan<byte> text)
    {
        var member = this[name];
        if (!text.IsEmpty && member.Text.Span.SequenceEqual(text)) member.Take();
    }

    /// <summary>Takes a whole number within the bounds.</summary>
    public long? TakeInteger(ReadOnlySpan<byte> name, long min = 0, long max = int.MaxValue)
    {
        var member = this[name];
        var text = member.Text.Span;
        if (!Utf8Parser.TryParse(text, out long value, out var used) || used != text.Length) return null;
        if (value < min || value > max) return null;
        member.Take();
        return value;
    }

    /// <summary>Takes a boolean, or the strings <c>true</c> and <c>false</c>.</summary>
    public bool? TakeFlag(ReadOnlySpan<byte> name)
    {
        var member = this[name];
        if (!member.Exists) return null;
        var text = member.Text.Span;
        bool? flag = member.Node.Kind switch
        {
            JsonTokenType.True => true,
            JsonTokenType.False => false,
            _ when text.SequenceEqual("true"u8) => true,
            _ when text.SequenceEqual("false"u8) => false,
            _ => null,
        };
        if (flag is not null) member.Take();
        return flag;
    }

    public Enumerator GetEnumerator() => new(detection, index);

    public struct Enumerator(Detection? detection, int container)
    {
        private int _current = -1;

        public readonly DetectionValue Current => new(detection, _current);

        public bool MoveNext()
        {
            if (detection is null) return false;
            _current = _current < 0 ? container + 1 : detection.Node(_current).End;
            return _current < detection.Node(container).End;
        }
    }
}
