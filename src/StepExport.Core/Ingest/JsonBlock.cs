using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace StepExport.Core.Ingest;

/// <summary>Sixty-four bytes of JSON as bit masks: which are in strings, which are brackets, which are line feeds.</summary>
/// <remarks>After Langdale and Lemire, "Parsing Gigabytes of JSON per Second": no branch depends on the text, so that quotes,
/// of which an event has hundreds, cost nothing.</remarks>
internal ref struct JsonBlock
{
    public const int Size = 64;
    private const ulong OddBits = 0xAAAA_AAAA_AAAA_AAAA;

    private ulong _quotes;
    private ulong _backslashes;

    /// <summary><c>{ } [ ]</c>, in strings too.</summary>
    public ulong Brackets { get; private set; }

    public ulong LineFeeds { get; private set; }

    /// <summary>Bytes inside strings, opening quotes included.</summary>
    public ulong Strings { get; private set; }

    /// <summary>Loads <see cref="Size"/> bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static JsonBlock Load(ref byte source)
    {
        var low = Vector256.LoadUnsafe(ref source);
        var high = Vector256.LoadUnsafe(ref source, 32);
        // 0x20 is all that tells [ from { and ] from }
        var bit = Vector256.Create((byte)0x20);
        return new()
        {
            _quotes = Equal(low, high, (byte)'"'),
            _backslashes = Equal(low, high, (byte)'\\'),
            LineFeeds = Equal(low, high, (byte)'\n'),
            Brackets = Equal(low | bit, high | bit, (byte)'{') | Equal(low | bit, high | bit, (byte)'}'),
        };
    }

    /// <summary>Finds the strings.</summary>
    /// <param name="count">Bytes of the block that belong to the text.</param>
    /// <param name="inString">Whether the byte before the block is in a string; on return, whether the last byte is.</param>
    /// <param name="escaped">Whether the first byte is escaped; on return, whether the byte behind the last one is.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void FindStrings(int count, ref bool inString, ref bool escaped)
    {
        var quotes = _quotes;
        if ((_backslashes | (escaped ? 1UL : 0)) != 0) quotes &= ~Escaped(count, ref escaped);
        quotes ^= quotes << 1;
        quotes ^= quotes << 2;
        quotes ^= quotes << 4;
        quotes ^= quotes << 8;
        quotes ^= quotes << 16;
        quotes ^= quotes << 32;
        Strings = inString ? ~quotes : quotes;
        inString = ((Strings >> (count - 1)) & 1) != 0;
    }

    private readonly ulong Escaped(int count, ref bool escaped)
    {
        var first = escaped ? 1UL : 0;
        var candidates = _backslashes & ~first;
        var escapesAndEscaped = (((candidates << 1) | OddBits) - candidates) ^ OddBits;
        escaped = (((escapesAndEscaped & _backslashes) >> (count - 1)) & 1) != 0;
        return escapesAndEscaped ^ (_backslashes | first);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Equal(Vector256<byte> low, Vector256<byte> high, byte value)
    {
        var wanted = Vector256.Create(value);
        return Vector256.Equals(low, wanted).ExtractMostSignificantBits()
            | ((ulong)Vector256.Equals(high, wanted).ExtractMostSignificantBits() << 32);
    }
}
