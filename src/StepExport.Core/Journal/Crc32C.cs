using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace StepExport.Core.Journal;

/// <summary>CRC-32C (Castagnoli): the processor has an instruction for it.</summary>
/// <remarks>The instruction takes three cycles but can be begun in every one: long input is worked off in three lanes at once, whose
/// results are joined by tables that say what a lane of zero bytes makes of a running value.</remarks>
internal static class Crc32C
{
    public const uint Start = 0xFFFFFFFF;

    private const int LaneBytes = 1024;
    private const int LaneWords = LaneBytes / sizeof(ulong);

    /// <summary>For each byte of a running value (256 entries each) its part of what follows on a lane of zero bytes.</summary>
    private static readonly uint[] OverOneLane = MakeTable();

    public static uint Of(ReadOnlySpan<byte> bytes) => Finish(Append(Start, bytes));

    /// <summary>Takes in more bytes; the running value begins as <see cref="Start"/> and ends with <see cref="Finish"/>.</summary>
    public static uint Append(uint running, ReadOnlySpan<byte> bytes)
    {
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        for (; words.Length >= 3 * LaneWords; words = words[(3 * LaneWords)..]) running = AppendLanes(running, words);
        foreach (var word in words) running = BitOperations.Crc32C(running, LittleEndian(word));
        foreach (var last in bytes[(bytes.Length & ~7)..]) running = BitOperations.Crc32C(running, last);
        return running;
    }

    public static uint Finish(uint running) => ~running;

    private static uint AppendLanes(uint running, ReadOnlySpan<ulong> words)
    {
        var first = words[..LaneWords];
        var second = words.Slice(LaneWords, LaneWords);
        var third = words.Slice(2 * LaneWords, LaneWords);
        uint a = running, b = 0, c = 0;
        for (var i = 0; i < first.Length; i++)
        {
            a = BitOperations.Crc32C(a, LittleEndian(first[i]));
            b = BitOperations.Crc32C(b, LittleEndian(second[i]));
            c = BitOperations.Crc32C(c, LittleEndian(third[i]));
        }

        return SkipLane(SkipLane(a) ^ b) ^ c;
    }

    private static uint SkipLane(uint running) =>
        OverOneLane[running & 0xFF]
        ^ OverOneLane[256 + ((running >> 8) & 0xFF)]
        ^ OverOneLane[512 + ((running >> 16) & 0xFF)]
        ^ OverOneLane[768 + (running >> 24)];

    private static uint[] MakeTable()
    {
        var table = new uint[4 * 256];
        for (var i = 0; i < table.Length; i++)
        {
            var running = (uint)(i & 0xFF) << (i / 256 * 8);
            for (var word = 0; word < LaneWords; word++) running = BitOperations.Crc32C(running, 0ul);
            table[i] = running;
        }

        return table;
    }

    private static ulong LittleEndian(ulong word) => BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word);
}
