using System.Buffers.Binary;
using StepExport.Core.Dedupe;
using StepExport.Core.Model;

namespace StepExport.Core.Journal;

/// <summary>The keys of the records of a frame's payload.</summary>
internal static class RecordKeys
{
    private const int LengthPrefix = 4;

    public static DedupeKey[] Of(ReadOnlySpan<byte> payload, int count)
    {
        var keys = new DedupeKey[count];
        for (var i = 0; i < count; i++)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(payload);
            keys[i] = DedupeKey.Of(ExportRecord.UidOf(payload.Slice(LengthPrefix, length)));
            payload = payload[(LengthPrefix + length)..];
        }

        return keys;
    }
}
