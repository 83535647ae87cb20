using System.Buffers;
using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;

namespace StepExport.Core.Ocsf;

/// <summary>Writes compact JSON the OCSF way: what is empty or unknown is left out.</summary>
/// <remarks>
/// Constant parts come as fragments, made once by <see cref="Fragment"/> and copied. A fragment may hold several members of
/// an object, so nothing here checks the structure; the tests validate what comes out. Texts must be valid UTF-8.
/// </remarks>
internal sealed class OcsfWriter
{
    private const int LongestNumber = 20;

    /// <summary>What escaping makes of one byte at worst: <c>\u0000</c>.</summary>
    private const int LongestEscape = 6;

    /// <summary>Quotes, backslashes and control characters are all that JSON asks to escape; nothing here is put into HTML.</summary>
    private static readonly JavaScriptEncoder Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    private static readonly SearchValues<byte> NeedsNoEscape = SearchValues.Create(
        [.. Enumerable.Range(' ', '~' - ' ' + 1).Select(c => (byte)c).Where(c => c is not ((byte)'"' or (byte)'\\'))]);

    private ArrayBufferWriter<byte> _buffer;

    /// <summary>The room that the buffer has lent, from which <see cref="_length"/> bytes are written.</summary>
    private ArraySegment<byte> _room;
    private int _length;
    private bool _needsComma;

    public OcsfWriter(ArrayBufferWriter<byte> buffer)
    {
        _buffer = buffer;
        _room = ArraySegment<byte>.Empty;
    }

    /// <summary>Everything written so far. Ends the writer's grip on its buffer until the next <see cref="Clear"/>.</summary>
    public ReadOnlySpan<byte> Flush()
    {
        GiveBack();
        return _buffer.WrittenSpan;
    }

    public void Clear()
    {
        GiveBack();
        _buffer.ResetWrittenCount();
        _needsComma = false;
    }

    /// <summary>Starts anew in another buffer, which is written from where it stands.</summary>
    public void MoveTo(ArrayBufferWriter<byte> buffer)
    {
        (_room, _length) = (ArraySegment<byte>.Empty, 0);
        _buffer = buffer;
        _needsComma = false;
    }

    public void Object() => Open((byte)'{');

    public void Object(ReadOnlySpan<byte> name) => Open(name, (byte)'{');

    public void EndObject() => Close((byte)'}');

    public void Array() => Open((byte)'[');

    public void Array(ReadOnlySpan<byte> name) => Open(name, (byte)'[');

    public void EndArray() => Close((byte)']');

    /// <summary>A name that may need escapes; the names of the other members must not.</summary>
    public void Name(ReadOnlySpan<byte> name)
    {
        String(name);
        Ensure(1)[0] = (byte)':';
        _length++;
        _needsComma = false;
    }

    /// <summary>A string member, unless it is empty.</summary>
    public void String(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty) return;
        var room = Member(name, value.Length + 2);
        if (value.ContainsAnyExcept(NeedsNoEscape)) Escape(value);
        else Quote(value, room);
    }

    /// <summary>A string member whose value is not empty and needs no escapes.</summary>
    public void Plain(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) => Quote(value, Member(name, value.Length + 2));

    public void String(ReadOnlySpan<byte> value)
    {
        var room = Element(value.Length + 2);
        if (value.ContainsAnyExcept(NeedsNoEscape)) Escape(value);
        else Quote(value, room);
    }

    public void Number(ReadOnlySpan<byte> name, long value)
    {
        Utf8Formatter.TryFormat(value, Member(name, LongestNumber), out var length);
        _length += length;
    }

    /// <summary>A number member, unless it is unknown.</summary>
    public void Number(ReadOnlySpan<byte> name, long? value)
    {
        if (value is { } known) Number(name, known);
    }

    /// <summary>A boolean member, unless it is unknown.</summary>
    public void Flag(ReadOnlySpan<byte> name, bool? value)
    {
        if (value is { } known) Raw(name, known ? "true"u8 : "false"u8);
    }

    /// <summary>JSON as it stands: a value, or several members of the object that is open.</summary>
    public void Raw(ReadOnlySpan<byte> json)
    {
        if (json.IsEmpty) return;
        json.CopyTo(Element(json.Length));
        _length += json.Length;
    }

    public void Raw(ReadOnlySpan<byte> name, ReadOnlySpan<byte> json)
    {
        json.CopyTo(Member(name, json.Length));
        _length += json.Length;
    }

    /// <summary>Makes the members that <paramref name="write"/> writes into a fragment for <see cref="Raw(ReadOnlySpan{byte})"/>.</summary>
    public static byte[] Fragment(Action<OcsfWriter> write)
    {
        var writer = new OcsfWriter(new ArrayBufferWriter<byte>());
        writer.Object();
        write(writer);
        writer.EndObject();
        return writer.Flush()[1..^1].ToArray();
    }

    private void Open(byte bracket)
    {
        Element(1)[0] = bracket;
        _length++;
        _needsComma = false;
    }

    private void Open(ReadOnlySpan<byte> name, byte bracket)
    {
        Member(name, 1)[0] = bracket;
        _length++;
        _needsComma = false;
    }

    private void Close(byte bracket)
    {
        Ensure(1)[0] = bracket;
        _length++;
        _needsComma = true;
    }

    /// <summary>Begins a value without a name, and returns room for at least so many bytes of it.</summary>
    private Span<byte> Element(int length)
    {
        var room = Ensure(length + 1);
        if (!_needsComma)
        {
            _needsComma = true;
            return room;
        }

        room[0] = (byte)',';
        _length++;
        return room[1..];
    }

    /// <summary>Begins a member, and returns room for at least so many bytes of its value.</summary>
    private Span<byte> Member(ReadOnlySpan<byte> name, int length)
    {
        var room = Element(name.Length + length + 3);
        room[0] = (byte)'"';
        name.CopyTo(room[1..]);
        room[name.Length + 1] = (byte)'"';
        room[name.Length + 2] = (byte)':';
        _length += name.Length + 3;
        return room[(name.Length + 3)..];
    }

    private void Quote(ReadOnlySpan<byte> value, Span<byte> room)
    {
        room[0] = (byte)'"';
        value.CopyTo(room[1..]);
        room[value.Length + 1] = (byte)'"';
        _length += value.Length + 2;
    }

    private void Escape(ReadOnlySpan<byte> value)
    {
        var room = Ensure((value.Length * LongestEscape) + 2);
        Encoder.EncodeUtf8(value, room[1..], out _, out var length);
        room[0] = (byte)'"';
        room[length + 1] = (byte)'"';
        _length += length + 2;
    }

    private Span<byte> Ensure(int length)
    {
        if (_room.Count - _length < length) Borrow(length);
        return _room.AsSpan(_length);
    }

    private void Borrow(int length)
    {
        GiveBack();
        MemoryMarshal.TryGetArray(_buffer.GetMemory(length), out _room);
    }

    private void GiveBack()
    {
        if (_length > 0) _buffer.Advance(_length);
        (_room, _length) = (ArraySegment<byte>.Empty, 0);
    }
}
