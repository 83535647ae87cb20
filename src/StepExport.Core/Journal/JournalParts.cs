using Microsoft.Extensions.Logging;
using StepExport.Core.Dedupe;

namespace StepExport.Core.Journal;

/// <summary>What writer, readers and cursors share.</summary>
internal sealed partial class JournalParts
{
    private readonly IJournalStorage _storage;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Deduplicator? _dedupe;
    private long _damages;
    private volatile bool _isFull;

    public JournalParts(JournalSettings settings, IJournalStorage storage, TimeProvider time, ILogger logger, Deduplicator? dedupe)
    {
        (_storage, _time, _logger, _dedupe) = (storage, time, logger, dedupe);
        Segments = new(storage, settings.Directory);
        Cursors = new(storage, settings.Directory, Segments);
        Removed = new(this, settings);
    }

    public IJournalStorage Storage => _storage;

    public TimeProvider Time => _time;

    public ILogger Logger => _logger;

    /// <summary>Recognises records that were taken before; null when that is off.</summary>
    public Deduplicator? Dedupe => _dedupe;

    public SegmentSet Segments { get; }

    public CheckpointTable Checkpoints { get; } = new();

    public CursorSet Cursors { get; }

    public RemovedCursors Removed { get; }

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
        Removed.Relieve();
        Sweep();
    }

    /// <summary>The same without asking whether a removed sink has to make room.</summary>
    public void Sweep()
    {
        try
        {
            Cursors.DeletePassed(_dedupe?.Applied ?? long.MaxValue);
        }
        catch (IOException e)
        {
            Log.CannotDelete(_logger, e);
        }

        Room.Beat();
    }

    public void ReportDamage(string sink, Segment segment, long from, long to)
    {
        Interlocked.Increment(ref _damages);
        Log.Damaged(_logger, segment.Path, from, to, sink);
    }

    public void ReportGap(string sink, long first, long last)
    {
        Interlocked.Increment(ref _damages);
        Log.Gap(_logger, sink, first, last);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "A segment that every sink has passed cannot be deleted; it is tried again with the next commit")]
        public static partial void CannotDelete(ILogger logger, IOException exception);

        [LoggerMessage(LogLevel.Error, "{Path} is damaged from byte {From} to {To}; sink {Sink} goes on behind it")]
        public static partial void Damaged(ILogger logger, string path, long from, long to, string sink);

        [LoggerMessage(LogLevel.Error, "The journal no longer holds records {First} to {Last} for sink {Sink}: they are damaged, or their files were deleted")]
        public static partial void Gap(ILogger logger, string sink, long first, long last);
    }
}
