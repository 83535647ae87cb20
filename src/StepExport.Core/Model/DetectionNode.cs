using System.Buffers.Binary;
using System.Text.Json;

namespace StepExport.Core.Model;

/// <summary>One JSON value of a detection. Nodes lie in document order, so the values below a container follow it up to <see cref="End"/>.</summary>
internal struct DetectionNode
{
    /// <summary>Name within the parent object, unescaped, as a slice of the detection's text; empty inside arrays.</summary>
    public int NameStart;
    public int NameLength;

    /// <summary>The name's first bytes as a number: tells most names apart, in their order, without a look at the text.</summary>
    public ulong NameKey;

    /// <summary>Unescaped string or the number as spelled, as a slice of the detection's text.</summary>
    public int TextStart;
    public int TextLength;

    /// <summary>Index of the first node that is not below this one.</summary>
    public int End;
    public int Parent;

    /// <summary>Members or elements.</summary>
    public int Count;

    /// <summary>A bit for the slot of each member's name (see <see cref="SlotOf"/>): most names that are not there need no search.</summary>
    public ulong MemberSlots;

    public JsonTokenType Kind;

    /// <summary>May hold a credential: worth a closer look by the redaction.</summary>
    public bool Suspect;

    /// <summary>Some mapper has put this value, and all below it, into the output.</summary>
    public bool Taken;

    /// <summary>Something here or below is not taken; computed by <see cref="Detection.FindRest"/>.</summary>
    public bool Rest;

    /// <summary>Up to eight bytes, the first one the highest.</summary>
    public static ulong KeyOf(ReadOnlySpan<byte> name)
    {
        if (name.Length >= sizeof(ulong)) return BinaryPrimitives.ReadUInt64BigEndian(name);
        var key = 0UL;
        foreach (var value in name) key = (key << 8) | value;
        return name.IsEmpty ? 0 : key << (8 * (sizeof(ulong) - name.Length));
    }

    /// <summary>One of 64 slots, spread evenly by Fibonacci hashing.</summary>
    public static int SlotOf(ulong nameKey, int nameLength) => (int)(((nameKey + (uint)nameLength) * 0x9E3779B97F4A7C15) >> 58);
}
