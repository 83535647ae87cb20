using Microsoft.Extensions.Logging;
using StepExport.Core.Dedupe;
using StepExport.Core.Telemetry;

namespace StepExport.Core.Journal;

/// <summary>The durable, ordered store between sources and sinks.</summary>
/// <remarks>
/// <para><b>Files.</b> One folder; the bytes are in docs/journal-format.md.</para>
/// <code>
/// 0000000001-0000000000000000001.seg   number - first sequence
/// 0000000002-0000000000000018204.seg   | start: snapshot of checkpoints | frame | frame | ...   (the last one is written)
/// splunk.cursor                        | slot 0 | slot 1 |
///
/// frame = header (56 bytes, own CRC-32C) | checkpoint key | checkpoint | records      one submission, all or nothing
/// </code>
/// <para><b>Writing.</b> Callers queue (bounded); one task takes what waits, writes it in one call, fsyncs once, then answers all of
/// them. Order on disk is the order of the calls. A segment is durable, with its name in the folder and a snapshot of all
/// checkpoints, before the first frame goes into it, so deleting older ones loses no checkpoint and no sequence is given twice.</para>
/// <para><b>A failing disk.</b> Callers wait, <see cref="Trouble"/> says why, and it is tried again every second; nothing ends by itself.
/// No room at a write: the file is cut back to its durable end, the cut is fsynced, and the group is written again when there is room.
/// Any other failed write and every failed fsync: the segment is sealed at its durable end and the group goes into a new one. A failed
/// fsync is never repeated: the kernel may have dropped the pages and call the next one a success. What cannot be cut off a sealed
/// segment is passed over, because a segment ends where the next one's sequence begins.</para>
/// <para><b>Reading.</b> Each sink has a reader with its own buffer; it walks the chain of segments without a lock, never past the
/// fsynced length, and verifies every frame. Damage is skipped (a bad body by its length, a bad header by looking for the next good
/// one), logged and counted in <see cref="Damages"/>; sequences then jump, and what can be read stays in order.</para>
/// <para><b>Deleting.</b> A segment goes when every cursor in the folder has passed it, and dedupe has written its keys down; the last
/// one never goes. The cursor of a sink that is no longer configured is marked, holds on for a while, and is then let go
/// (docs/configuration-life.md).</para>
/// <para><b>Dedupe.</b> When a submission joins a group, records that were durable before are cut out of it. One that shares a record with
/// the group itself waits for the next. What is left empty is answered without a frame (docs/dedupe.md).</para>
/// <para><b>Capacity.</b> At <see cref="Capacity"/> appends wait for a deletion. A submission larger than the room that will ever be
/// goes through once all else is delivered: no size can block the journal for ever.</para>
/// <para><b>Recovery.</b> Only the last segment is read. Every frame tells how much of its file was fsynced when it was written; damage
/// before the furthest such position is a disk's fault: what follows counts, and the segment is not written any more. Behind it the
/// first bad frame is a torn write: the file is cut there, for a later frame may move a checkpoint past records that were lost. What is
/// left is fsynced before anything is said to be durable. A last segment without a whole frame is a crash at its creation: deleted.
/// Where a cursor is ahead of all that is left, sequences go on behind the cursor.</para>
/// </remarks>
internal sealed partial class SegmentJournal : IAsyncDisposable
{
    private readonly JournalParts _parts;
    private readonly JournalWriter _writer;

    private SegmentJournal(JournalParts parts, JournalWriter writer, long capacity, IReadOnlyList<string> recovery) =>
        (_parts, _writer, Capacity, Recovery) = (parts, writer, capacity, recovery);

    /// <summary>What opening found and cut, in words.</summary>
    public IReadOnlyList<string> Recovery { get; }

    /// <summary>The last sequence that is fsynced; 0 when the journal has never held a record.</summary>
    public long DurableSequence => _parts.Segments.DurableSequence;

    /// <summary>Bytes of all segments.</summary>
    public long Bytes => _parts.Segments.Bytes;

    /// <summary>Bytes at which intake waits; the first frame of a new segment may go over it.</summary>
    public long Capacity { get; }

    /// <summary>True while a submission waits for room: sinks have to deliver first.</summary>
    public bool IsFull => _writer.IsFull;

    /// <summary>Why the disk takes nothing at the moment, or null. Appends wait meanwhile; it is tried again every second.</summary>
    public string? Trouble => _writer.Trouble;

    /// <summary>Damaged places that readers have passed over since the start; each one is logged.</summary>
    public long Damages => _parts.Damages;

    /// <summary>Opens or creates the journal and recovers it: a torn tail is cut, and <see cref="Recovery"/> says what was.</summary>
    /// <param name="settings">Where, and how large.</param>
    /// <param name="storage">The disk.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">Told of what happens.</param>
    /// <param name="dedupe">Recognises records that were taken before; closed with the journal. Null: every record is written.</param>
    /// <exception cref="IOException">The disk failed.</exception>
    public static SegmentJournal Open(
        JournalSettings settings, IJournalStorage storage, TimeProvider time, ILoggerFactory loggers, Deduplicator? dedupe = null)
    {
        var logger = loggers.CreateLogger<SegmentJournal>();
        storage.CreateDirectory(settings.Directory);
        var parts = new JournalParts(settings, storage, time, logger, dedupe);
        var recovery = new JournalRecovery(storage, parts.Segments, parts.Checkpoints);
        recovery.Run();
        parts.Cursors.Load();
        foreach (var note in recovery.Report) Log.Recovered(logger, note);
        if (dedupe is not null && KeyReplay.Run(parts, dedupe) is > 0 and var replayed) Log.Replayed(logger, replayed);

        // Small enough that a full journal has several: room comes back a segment at a time.
        var segmentSize = Math.Min(settings.SegmentSize, settings.MaxSize / 4);
        var active = new ActiveSegment(parts, segmentSize, recovery.NextSequence, recovery.LastNumber);
        if (recovery.Active is { } last) active.Resume(last);
        return new(parts, new JournalWriter(parts, active, settings.MaxSize, logger), settings.MaxSize, recovery.Report);
    }

    /// <summary>The last durable checkpoint of a source, or null.</summary>
    public byte[]? Checkpoint(string key) => _parts.Checkpoints[key];

    /// <summary>Completes when the submission is fsynced; submissions become durable in the order of the calls. Waits while the
    /// journal is full or the disk fails. Until it completes the submission must not be changed.</summary>
    /// <returns>How many of its records had been taken before: they have been cut out of the submission, and are durable too.</returns>
    /// <exception cref="OperationCanceledException">Given up before it was written; nothing of the submission is durable.</exception>
    /// <exception cref="IOException">The journal was closed first; the submission is not known to be durable.</exception>
    public ValueTask<int> AppendAsync(Submission submission, CancellationToken cancellationToken) =>
        submission is { Count: 0, CheckpointKey: null } ? default : _writer.AppendAsync(submission, cancellationToken);

    /// <summary>Sinks that are no longer in the configuration: what is held for them, and what was let go.</summary>
    public IReadOnlyList<RemovedSink> Removed => _parts.Removed.All;

    /// <summary>Opens the one reader of a sink, which starts behind the sink's cursor. The cursor holds segments from the moment it is
    /// there, until <see cref="Retire"/>. Open the readers of all sinks before the first append: a sink that has none yet holds nothing.</summary>
    /// <param name="sink">Its name.</param>
    /// <param name="from">Where it begins when it has no cursor; durable with the cursor on return.</param>
    /// <exception cref="IOException">The disk failed, or has no room for the cursor.</exception>
    public JournalReader OpenReader(string sink, StartFrom from = StartFrom.Oldest)
    {
        var claim = _parts.Cursors.Claim(sink, from);
        _parts.Removed.Forget(sink);
        if (claim.Damaged) Log.CursorDamaged(_parts.Logger, sink);
        if (claim.Removal is not null) LogReturn(claim);
        return new(_parts, claim.Cursor);
    }

    /// <summary>Forgets where a sink is, durably: it begins as one that was never there, at the latest when its reader is opened the next time. Nothing is
    /// held for it until then.</summary>
    /// <param name="sink">Its name; one without a cursor is left alone.</param>
    /// <exception cref="InvalidOperationException">The sink has a reader.</exception>
    /// <exception cref="IOException">The disk failed: it may or may not be forgotten.</exception>
    public void ForgetCursor(string sink)
    {
        _parts.Cursors.Forget(sink);
        _parts.Removed.Forget(sink);
    }

    /// <summary>All sinks but these have been removed: their cursors hold what was not delivered for <see cref="JournalSettings.HoldRemoved"/>
    /// and are then let go; earlier when the journal is four fifths full and nobody else needs their records. Said in the log.</summary>
    /// <param name="configured">The sinks there are; the readers of all others are closed.</param>
    public void Retire(IReadOnlyCollection<string> configured) => _parts.Removed.Retire(configured);

    /// <summary>A look at the records that become durable from now on. It holds no segment, and has no cursor.</summary>
    public JournalTail OpenTail() => new(_parts);

    /// <summary>Writes what can be written at once, and lets go of the files.</summary>
    public async ValueTask DisposeAsync()
    {
        _parts.Removed.Dispose();
        await _writer.DisposeAsync();
        if (_parts.Dedupe is { } dedupe) await dedupe.DisposeAsync();
        _parts.Cursors.Dispose();
    }

    private void LogReturn(CursorClaim claim)
    {
        var (sink, first) = (claim.Cursor.Sink, claim.Cursor.Sequence + 1);
        if (claim.Missed == 0) Log.Returned(_parts.Logger, sink, DurableSequence - claim.Cursor.Sequence);
        else if (claim.Removal!.LetGoThrough is null) _parts.ReportGap(sink, first - claim.Missed, first - 1);
        else Log.ReturnedLate(_parts.Logger, sink, claim.Missed, first);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Journal recovery: {Note}")]
        public static partial void Recovered(ILogger logger, string note);

        [LoggerMessage(LogLevel.Information, "Dedupe learned {Records} records from the journal")]
        public static partial void Replayed(ILogger logger, long records);

        [LoggerMessage(LogLevel.Information, "Sink {Sink} is back in the configuration and goes on where it was: {Records} records wait for it")]
        public static partial void Returned(ILogger logger, string sink, long records);

        [LoggerMessage(LogLevel.Warning, "Sink {Sink} is back in the configuration, and has missed {Missed} records that were let go meanwhile; it goes on with record {First}")]
        public static partial void ReturnedLate(ILogger logger, string sink, long missed, long first);

        [LoggerMessage(LogLevel.Error, "The cursor of sink {Sink} cannot be read; the sink begins again with the oldest record")]
        public static partial void CursorDamaged(ILogger logger, string sink);
    }
}
