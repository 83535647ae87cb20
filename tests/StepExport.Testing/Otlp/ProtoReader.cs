using System.Buffers.Binary;
using System.Text;

namespace StepExport.Testing.Otlp;

/// <summary>Walks over the fields of one protobuf message, knowing nothing but the wire format.</summary>
internal ref struct ProtoReader(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> _rest = message;

    /// <summary>Number of the field that was read last.</summary>
    public int Field { get; private set; }

    /// <summary>Its value when it is a number of any width, as bits.</summary>
    public ulong Number { get; private set; }

    /// <summary>Its value when it is text, bytes, a message or a packed list.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    public readonly string Text => Encoding.UTF8.GetString(Bytes);

    public readonly double Double => BitConverter.UInt64BitsToDouble(Number);

    /// <summary>A packed list of 64-bit numbers.</summary>
    public readonly ulong[] Packed()
    {
        var numbers = new ulong[Bytes.Length / 8];
        for (var i = 0; i < numbers.Length; i++) numbers[i] = BinaryPrimitives.ReadUInt64LittleEndian(Bytes[(8 * i)..]);
        return numbers;
    }

    public bool Read()
    {
        if (_rest.IsEmpty) return false;
        var tag = Varint();
        (Field, Number) = ((int)(tag >> 3), 0);
        Bytes = default;
        switch (tag & 7)
        {
            case 0:
                Number = Varint();
                break;
            case 1:
                Number = BinaryPrimitives.ReadUInt64LittleEndian(Take(8));
                break;
            case 2:
                Bytes = Take((int)Varint());
                break;
            case 5:
                Number = BinaryPrimitives.ReadUInt32LittleEndian(Take(4));
                break;
            default:
                throw new InvalidDataException($"wire type {tag & 7}");
        }

        return true;
    }

    private ulong Varint()
    {
        var (value, shift) = (0UL, 0);
        while (true)
        {
            var next = Take(1)[0];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80) return value;
            shift += 7;
        }
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
