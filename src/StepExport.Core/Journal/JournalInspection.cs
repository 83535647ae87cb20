using System.Text;

namespace StepExport.Core.Journal;

/// <summary>Looks at a journal's files without touching them: takes no lock, cuts nothing, and may be used beside the program that writes
/// them. What the program deletes meanwhile is left out.</summary>
internal sealed class JournalInspection(IJournalStorage storage, string directory)
{
    /// <summary>Reads what there is.</summary>
    /// <param name="verify">Reads every frame of every segment; otherwise only those of the last one and what the cursors need.</param>
    /// <exception cref="IOException">There is no journal, or it cannot be read.</exception>
    public JournalFindings Run(bool verify)
    {
        // Cursors first: they may only be behind what is read later, never ahead of it.
        var names = storage.List(directory);
        var cursors = names.Where(name => name.EndsWith(CursorName.Extension, StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(ReadCursor).ToArray();
        var segments = Segments(names);
        var (reports, checkpoints) = (new List<SegmentFindings>(), new CheckpointTable());
        for (var i = 0; i < segments.Count; i++)
        {
            var next = i + 1 < segments.Count ? segments[i + 1] : null;
            try
            {
                reports.Add(Survey(segments[i], next, verify || next is null, checkpoints));
            }
            catch (FileNotFoundException)
            {
                // Every sink has passed it meanwhile.
            }
        }

        var holes = segments.Zip(segments.Skip(1)).Where(pair => pair.Second.Number != pair.First.Number + 1)
            .Select(pair => $"segments between {pair.First.Name} and {pair.Second.Name} are missing").ToArray();
        var last = reports.Count == 0 ? 0 : reports[^1].NextSequence - 1;
        return new(reports, [.. cursors.Select(cursor => WithAge(cursor, segments, last))], checkpoints.All(), holes, last);
    }

    private List<Segment> Segments(IReadOnlyList<string> names)
    {
        var found = new List<Segment>();
        foreach (var name in names.Where(Segment.LooksLikeOne))
        {
            if (!Segment.TryParse(name, out var number, out var first)) continue;
            var path = Path.Combine(directory, name);
            try
            {
                using var file = storage.Open(path, writable: false);
                found.Add(new(number, first, path, file.Length));
            }
            catch (FileNotFoundException)
            {
                // Deleted since the folder was listed.
            }
        }

        return [.. found.OrderBy(segment => segment.Number)];
    }

    private SegmentFindings Survey(Segment segment, Segment? next, bool whole, CheckpointTable checkpoints)
    {
        var found = new SegmentFindings(segment.Name, segment.FirstSequence, segment.DurableLength) { IsLast = next is null, IsVerified = whole };
        var end = segment.DurableLength;
        if (next is null)
        {
            var survey = JournalRecovery.Survey(segment, storage.Open(segment.Path, writable: false));
            (end, found.Tail) = (survey.End, segment.DurableLength - survey.End);
        }

        using var scanner = new FrameScanner(storage.Open(segment.Path, writable: false), segment.Number);
        FrameState state;
        for (var position = 0L; (state = scanner.Read(position, end)) != FrameState.End;)
        {
            if (state != FrameState.Good)
            {
                var behind = scanner.Skip(state, position, end);
                found.Damage.Add(new(position, behind));
                position = behind;
                continue;
            }

            position += scanner.Header.FrameLength;
            if (scanner.Header.Kind == FrameKind.SegmentStart)
            {
                if (next is null) checkpoints.Load(scanner.Payload.Span);
                found.Begun = At(scanner.Header);
                if (!whole) break;
                continue;
            }

            // Left by an fsync that failed: its records stand in the next segment.
            if (next is not null && scanner.Header.FirstSequence >= next.FirstSequence) break;
            if (next is null && scanner.Header.KeyLength > 0) checkpoints.Set(Encoding.UTF8.GetString(scanner.Key), scanner.Checkpoint.ToArray());
            found.Take(scanner.Header);
        }

        found.End(whole, next?.FirstSequence);
        return found;
    }

    private CursorFindings ReadCursor(string name)
    {
        using var file = storage.Open(Path.Combine(directory, name), writable: false);
        var buffer = new byte[CursorSlot.Size];
        (CursorSlot Slot, string Name)? best = null;
        for (var at = 0; at < 2; at++)
        {
            if (CursorSlot.Decode(buffer.AsSpan(0, file.Read(buffer, at * CursorSlot.Size))) is not { } slot) continue;
            if (best is null || slot.Slot.IsNewerThan(best.Value.Slot)) best = slot;
        }

        return new(name, best?.Name, best?.Slot.Sequence ?? 0, best?.Slot.Cuts ?? []) { Removal = best?.Slot.Removal };
    }

    private CursorFindings WithAge(CursorFindings cursor, List<Segment> segments, long last)
    {
        var wanted = Math.Max(cursor.Sequence + 1, segments.Count == 0 ? 1 : segments[0].FirstSequence);
        if (wanted > last || segments.FindLast(s => s.FirstSequence <= wanted) is not { } segment) return cursor with { Lag = Math.Max(last - cursor.Sequence, 0) };
        try
        {
            using var scanner = new FrameScanner(storage.Open(segment.Path, writable: false), segment.Number);
            FrameState state;
            for (var position = 0L; (state = scanner.Read(position, segment.DurableLength)) != FrameState.End;)
            {
                if (state == FrameState.Good && scanner.Header.NextSequence > wanted)
                    return cursor with { Lag = last - cursor.Sequence, OldestUndelivered = At(scanner.Header) };
                position = state == FrameState.Good ? position + scanner.Header.FrameLength : scanner.Skip(state, position, segment.DurableLength);
            }
        }
        catch (FileNotFoundException)
        {
            // The sink has passed it meanwhile.
        }

        return cursor with { Lag = last - cursor.Sequence };
    }

    private static DateTimeOffset At(FrameHeader header) => DateTimeOffset.FromUnixTimeMilliseconds(header.AppendedAtMs);
}
