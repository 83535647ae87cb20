using StepExport.Core.Ocsf;

namespace StepExport.Core.Formats.Cim;

/// <summary>Texts in one string, each once, separated by commas.</summary>
internal ref struct CommaList(Span<byte> room)
{
    public const int Usual = 256;

    private Span<byte> _room = room;
    private int _length;

    /// <param name="text">JSON text without its quotes.</param>
    public void Add(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty || Contains(text)) return;
        if (_room.Length - _length < text.Length + 1)
        {
            var larger = new byte[(_length + text.Length + 1) * 2];
            _room[.._length].CopyTo(larger);
            _room = larger;
        }

        if (_length > 0) _room[_length++] = (byte)',';
        text.CopyTo(_room[_length..]);
        _length += text.Length;
    }

    /// <summary>Writes the member, unless the list is empty.</summary>
    public readonly void Write(OcsfWriter w, ReadOnlySpan<byte> name)
    {
        if (_length == 0) return;
        w.Plain(name, _room[.._length]);
    }

    private readonly bool Contains(ReadOnlySpan<byte> text)
    {
        foreach (var range in MemoryExtensions.Split<byte>(_room[.._length], (byte)','))
        {
            if (_room[range].SequenceEqual(text)) return true;
        }

        return false;
    }
}
