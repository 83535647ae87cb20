using System.Globalization;
using System.Text;

namespace StepExport.Core.Journal;

/// <summary>Finds out, at opening, what is durable: walks the last segment and cuts what a crash left half-written.</summary>
/// <remarks>The rules are in the header of <see cref="SegmentJournal"/>. Only the last segment is read; older ones are verified as
/// readers come to them.</remarks>
internal sealed class JournalRecovery(IJournalStorage storage, SegmentSet segments, CheckpointTable checkpoints)
{
    private readonly List<string> _report = [];

    public IReadOnlyList<string> Report => _report;

    /// <summary>Sequence of the record that comes next.</summary>
    public long NextSequence { get; private set; } = 1;

    /// <summary>Number of the last segment; 0 when there is none.</summary>
    public uint LastNumber { get; private set; }

    /// <summary>The segment to go on with; null when the next append has to begin a new one.</summary>
    public Segment? Active { get; private set; }

    public void Run()
    {
        var names = storage.List(segments.Directory);
        var found = Find(names);
        while (found.Count > 0 && !TryRecoverLast(found))
        {
            storage.Delete(found[^1].Path);
            storage.SyncDirectory(segments.Directory);
            found.RemoveAt(found.Count - 1);
        }

        foreach (var (older, newer) in found.Zip(found.Skip(1)))
        {
            if (newer.Number != older.Number + 1) Note($"segments between {older.Name} and {newer.Name} are missing, and their records with them");
        }

        found.ForEach(segments.Add);
        LastNumber = found.Count > 0 ? found[^1].Number : 0;
        var furthest = names.Where(name => name.EndsWith(CursorName.Extension, StringComparison.Ordinal))
            .Select(name => CursorFile.Peek(storage, Path.Combine(segments.Directory, name)))
            .Append(0).Max();
        if (furthest >= NextSequence)
        {
            // Giving these sequences to other records would make that sink pass over them.
            Note($"a sink's cursor is at {furthest}, the journal ends at {NextSequence - 1}: it goes on at {furthest + 1}");
            NextSequence = furthest + 1;
            Active = null;
        }

        segments.DurableSequence = NextSequence - 1;
    }

    private List<Segment> Find(IReadOnlyList<string> names)
    {
        var found = new List<Segment>();
        foreach (var name in names.Where(Segment.LooksLikeOne))
        {
            if (!Segment.TryParse(name, out var number, out var firstSequence))
            {
                Note($"{name} is not a segment of this journal; it is left alone");
                continue;
            }

            var path = Path.Combine(segments.Directory, name);
            using var file = storage.Open(path, writable: false);
            found.Add(new(number, firstSequence, path, file.Length));
        }

        return [.. found.OrderBy(segment => segment.Number)];
    }

    /// <summary>False when the last segment holds nothing that was ever durable: a crash while it was being created.</summary>
    private bool TryRecoverLast(List<Segment> found)
    {
        var last = found[^1];
        using var file = storage.Open(last.Path, writable: true);
        var survey = Survey(last, storage.Open(last.Path, writable: false));
        if (!survey.AnyFrame || survey.End == 0)
        {
            Note($"{last.Name}: {last.DurableLength} bytes without a single whole frame; deleted");
            return false;
        }

        if (survey.End < last.DurableLength)
        {
            Note($"{last.Name}: the last {last.DurableLength - survey.End} bytes, from {survey.End}, were not completely written; cut");
            file.Truncate(survey.End);
            last.DurableLength = survey.End;
        }

        // After a crash of the process alone the bytes may still be in memory only.
        file.Sync();
        storage.SyncDirectory(segments.Directory);
        foreach (var (from, to) in survey.Damage)
            Note($"{last.Name}: bytes {from} to {to} are damaged; their records are lost");

        ReplayFrom(found);
        Active = survey.Damage.Count == 0 && survey.StartIsWhole ? last : null;
        return true;
    }

    /// <summary>Walks the last segment: what in it counts, and what a start would cut. Reads only, and closes the file.</summary>
    internal static Findings Survey(Segment segment, IJournalFile file)
    {
        using var scanner = new FrameScanner(file, segment.Number);
        var (position, limit, durable) = (0L, segment.DurableLength, 0L);
        var findings = new Findings();
        FrameState state;
        while ((state = scanner.Read(position, limit)) != FrameState.End)
        {
            if (state == FrameState.Good)
            {
                findings.AnyFrame = true;
                findings.StartIsWhole |= position == 0 && scanner.Header.Kind == FrameKind.SegmentStart;
                durable = Math.Max(durable, scanner.Header.DurablePosition);
                position += scanner.Header.FrameLength;
                continue;
            }

            var next = scanner.Skip(state, position, limit);
            findings.Damage.Add((position, next));
            position = next;
        }

        // What lies before the furthest position known to be fsynced was whole once: a disk's fault, and what follows it counts.
        // What lies behind may be a torn write: nothing behind the first gap counts, for checkpoints must not overtake records.
        var torn = findings.Damage.FindIndex(damage => damage.To > durable);
        findings.End = torn < 0 ? limit : findings.Damage[torn].From;
        if (torn >= 0) findings.Damage.RemoveRange(torn, findings.Damage.Count - torn);
        return findings;
    }

    /// <summary>Rebuilds checkpoints and the next sequence from the newest segment whose snapshot can be read, and those behind it.</summary>
    private void ReplayFrom(List<Segment> found)
    {
        var start = found.Count - 1;
        while (start > 0 && !TryLoadSnapshot(found[start])) start--;
        if (start == 0 && !TryLoadSnapshot(found[0])) Note($"{found[0].Name}: the snapshot of the checkpoints is damaged; sources may begin again");
        for (var i = start; i < found.Count; i++)
        {
            NextSequence = Math.Max(NextSequence, found[i].FirstSequence);
            Replay(found[i], i + 1 < found.Count ? found[i + 1].FirstSequence : long.MaxValue);
        }
    }

    private bool TryLoadSnapshot(Segment segment)
    {
        using var scanner = new FrameScanner(storage.Open(segment.Path, writable: false), segment.Number);
        if (scanner.Read(0, segment.DurableLength) != FrameState.Good || scanner.Header.Kind != FrameKind.SegmentStart) return false;
        checkpoints.Load(scanner.Payload.Span);
        return true;
    }

    private void Replay(Segment segment, long endSequence)
    {
        using var scanner = new FrameScanner(storage.Open(segment.Path, writable: false), segment.Number);
        var position = 0L;
        FrameState state;
        while ((state = scanner.Read(position, segment.DurableLength)) != FrameState.End)
        {
            if (state != FrameState.Good)
            {
                position = scanner.Skip(state, position, segment.DurableLength);
                continue;
            }

            position += scanner.Header.FrameLength;
            if (scanner.Header.Kind != FrameKind.Submission) continue;
            if (scanner.Header.FirstSequence >= endSequence) break;
            if (scanner.Header.KeyLength > 0) checkpoints.Set(Encoding.UTF8.GetString(scanner.Key), scanner.Checkpoint.ToArray());
            NextSequence = Math.Max(NextSequence, scanner.Header.NextSequence);
        }
    }

    private void Note(FormattableString what) => _report.Add(what.ToString(CultureInfo.InvariantCulture));

    /// <summary>What lies in a last segment.</summary>
    internal sealed class Findings
    {
        public bool AnyFrame { get; set; }

        public bool StartIsWhole { get; set; }

        /// <summary>Everything from here on was not completely written; a start cuts it.</summary>
        public long End { get; set; }

        /// <summary>Places before <see cref="End"/> that were durable once and cannot be read.</summary>
        public List<(long From, long To)> Damage { get; } = [];
    }
}
