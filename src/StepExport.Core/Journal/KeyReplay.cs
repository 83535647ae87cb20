using StepExport.Core.Dedupe;

namespace StepExport.Core.Journal;

/// <summary>Tells dedupe, at opening, of the records that it does not know yet: all behind what its store holds.</summary>
/// <remarks>Damaged frames are passed over; the readers report them.</remarks>
internal static class KeyReplay
{
    /// <returns>How many records were applied.</returns>
    /// <exception cref="IOException">The disk failed.</exception>
    public static long Run(JournalParts parts, Deduplicator dedupe)
    {
        var applied = dedupe.Load(parts.Segments.DurableSequence);
        var count = 0L;
        for (var segment = parts.Segments.Holding(applied + 1); segment is not null; segment = segment.Next)
        {
            using var scanner = new FrameScanner(parts.Storage.Open(segment.Path, writable: false), segment.Number);
            count += Replay(scanner, segment, applied, dedupe);
        }

        dedupe.Start(parts.Segments.DurableSequence, parts.DeletePassed);
        return count;
    }

    private static long Replay(FrameScanner scanner, Segment segment, long applied, Deduplicator dedupe)
    {
        var (position, limit, count) = (0L, segment.DurableLength, 0L);
        var end = segment.Next?.FirstSequence ?? long.MaxValue;
        FrameState state;
        while ((state = scanner.Read(position, limit)) != FrameState.End)
        {
            if (state != FrameState.Good)
            {
                position = scanner.Skip(state, position, limit);
                continue;
            }

            var header = scanner.Header;
            position += header.FrameLength;
            if (header.FirstSequence >= end && header.Kind == FrameKind.Submission) break;
            if (header.RecordCount == 0 || header.NextSequence <= applied + 1) continue;
            dedupe.Apply(RecordKeys.Of(scanner.Payload.Span, header.RecordCount), header.NextSequence - 1, header.AppendedAtMs);
            count += header.RecordCount;
        }

        return count;
    }
}
