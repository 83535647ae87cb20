using System.Buffers.Binary;
using StepExport.Core.Model;

namespace StepExport.Core.Journal;

/// <summary>The records of one frame, in order: <c>u32 length | record</c>, one after the other.</summary>
/// <param name="payload">Checked by its frame; valid as long as the frame's buffer.</param>
/// <param name="header">The frame's.</param>
internal struct FrameRecords(ReadOnlyMemory<byte> payload, in FrameHeader header)
{
    private const int LengthPrefix = 4;
    private readonly long _appendedAtMs = header.AppendedAtMs;
    private ReadOnlyMemory<byte> _rest = payload;
    private long _sequence = header.FirstSequence;
    private int _left = header.RecordCount;

    /// <summary>The next record that is not before <paramref name="expected"/>, which then is the sequence behind it.</summary>
    public bool TryTake(ref long expected, out ExportRecord record)
    {
        while (_left > 0)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(_rest.Span);
            record = new(_sequence, _appendedAtMs, _rest.Slice(LengthPrefix, length));
            _rest = _rest[(LengthPrefix + length)..];
            _left--;
            if (_sequence++ < expected) continue;
            expected = _sequence;
            return true;
        }

        record = default;
        return false;
    }
}
