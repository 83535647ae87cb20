using Microsoft.Extensions.Logging;
using StepExport.Core.Dedupe;

namespace StepExport.Core.Journal;

/// <summary>What writer, readers and cursors share.</summary>
internal sealed partial class JournalParts(IJournalStorage storage, string directory, TimeProvider time, ILogger logger, Deduplicator? dedupe)
{
    private long _damages;
    private volatile bool _isFull;

    public IJournalStorage Storage => storage;

    public TimeProvider Time => time;

    public ILogger Logger => logger;

    /// <summary>Recognises records that were taken before; null when that is off.</summary>
    public Deduplicator? Dedupe => dedupe;

    public SegmentSet Segments { get; } = new(storage, directory);

    public CheckpointTable Checkpoints { get; } = new();

    public CursorSet Cursors { get; } = new(storage, directory);

    /// <summary>Beats when records have become durable.</summary>
    public Pulse Progress { get; } = new();

    /// <summary>Beats when segments may have been deleted.</summary>
    public Pulse Room { get; } = new();

    /// <summary>Beats when the journal has become full.</summary>
    public Pulse Pressure { get; } = new();

    /// <summary>A submission waits for room.</summary>
    public bool IsFull
    {
        get => _isFull;
        set
        {
            var before = _isFull;
            _isFull = value;
            if (value && !before) Pressure.Beat();
        }
    }

    /// <summary>Damaged places that readers have met since the start.</summary>
    public long Damages => Volatile.Read(ref _damages);

    /// <summary>Whether a sink, or a sink still to come, has records before it.</summary>
    public bool HasUndelivered => Segments.DurableSequence > (Cursors.Passed ?? Segments.OldestSequence - 1);

    /// <summary>Deletes what every cursor has passed, and dedupe has written down. A file that cannot be deleted now is tried again with the next commit.</summary>
    public void DeletePassed()
    {
        try
        {
            if (Cursors.Passed is { } passed) Segments.DeletePassed(Math.Min(passed, dedupe?.Applied ?? passed));
        }
        catch (IOException e)
        {
            Log.CannotDelete(logger, e);
        }

        Room.Beat();
    }

    public void ReportDamage(string sink, Segment segment, long from, long to)
    {
        Interlocked.Increment(ref _damages);
        Log.Damaged(logger, segment.Path, from, to, sink);
    }

    public void ReportGap(string sink, long first, long last)
    {
        Interlocked.Increment(ref _damages);
        Log.Gap(logger, sink, first, last);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "A segment that every sink has passed cannot be deleted; it is tried again with the next commit")]
        public static partial void CannotDelete(ILogger logger, IOException exception);

        [LoggerMessage(LogLevel.Error, "{Path} is damaged from byte {From} to {To}; sink {Sink} goes on behind it")]
        public static partial void Damaged(ILogger logger, string path, long from, long to, string sink);

        [LoggerMessage(LogLevel.Error, "The journal no longer holds records {First} to {Last} for sink {Sink}: damaged, or deleted while the sink was not configured")]
        public static partial void Gap(ILogger logger, string sink, long first, long last);
    }
}
