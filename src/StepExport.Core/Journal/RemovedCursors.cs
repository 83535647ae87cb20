using Microsoft.Extensions.Logging;
using StepExport.Core.Telemetry;

namespace StepExport.Core.Journal;

/// <summary>The cursors of sinks that are no longer in the configuration: they hold their records for a time, so that a mistake can be undone,
/// and are let go after it, or earlier when the journal runs short of room. Every step is durable and said in the log. Thread-safe.</summary>
internal sealed partial class RemovedCursors(JournalParts parts, JournalSettings settings) : IDisposable
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly long _shortOfRoom = settings.MaxSize / 5 * 4;

    /// <summary>Sinks that were found missing and are not marked yet: the disk failed.</summary>
    private readonly HashSet<string> _unmarked = new(StringComparer.Ordinal);

    private ITimer? _timer;
    private string? _trouble;
    private bool _closed;
    private volatile bool _anyHeld;

    /// <summary>What is held, and what was let go and has not come back, by name.</summary>
    public IReadOnlyList<RemovedSink> All
    {
        get
        {
            var all = new List<RemovedSink>();
            parts.Cursors.VisitUnclaimed(cursor =>
            {
                if (cursor.Removal is not { } removal) return;
                var at = DateTimeOffset.FromUnixTimeMilliseconds(removal.AtMs);
                all.Add(new(cursor.Sink, at, removal.LetGoThrough is null ? at + settings.HoldRemoved : null, Undelivered(cursor, removal)));
            });
            return [.. all.OrderBy(removed => removed.Sink, StringComparer.Ordinal)];
        }
    }

    /// <summary>All sinks but these are removed. Where the disk does not let it be marked, it is tried again every second.</summary>
    public void Retire(IReadOnlyCollection<string> configured)
    {
        lock (_gate)
        {
            _unmarked.Clear();
            parts.Cursors.VisitUnclaimed(cursor =>
            {
                if (configured.Contains(cursor.Sink)) return;
                if (cursor.Removal is null) _unmarked.Add(cursor.Sink);
                else if (cursor.Removal.LetGoThrough is null && settings.HoldRemoved > TimeSpan.Zero) WarnHeld(cursor, cursor.Removal);
            });
        }

        Tend();
    }

    /// <summary>The sink has a reader again.</summary>
    public void Forget(string sink)
    {
        lock (_gate) _unmarked.Remove(sink);
    }

    /// <summary>Lets go of what nobody else holds any more, when the journal runs short of room. Cheap when nothing is held.</summary>
    public void Relieve()
    {
        if (_anyHeld && IsShortOfRoom) Tend();
    }

    public void Dispose()
    {
        lock (_gate)
        {
            (_closed, _anyHeld) = (true, false);
            _timer?.Dispose();
        }
    }

    private bool IsShortOfRoom => parts.IsFull || parts.Segments.Bytes > _shortOfRoom;

    /// <summary>Marks what was found missing, lets go of what is due, and comes back when the next one is.</summary>
    private void Tend()
    {
        var letGo = false;
        lock (_gate)
        {
            if (_closed) return;
            TimeSpan? next = null;
            // What nobody else waits for can make room; letting go of the rest would free nothing.
            var passed = IsShortOfRoom ? parts.Cursors.PassedByReaders ?? long.MaxValue : long.MinValue;
            parts.Cursors.VisitUnclaimed(cursor =>
            {
                var wait = RetryDelay;
                try
                {
                    if (Tend(cursor, passed, ref letGo) is not { } left) return;
                    wait = left;
                }
                catch (IOException e)
                {
                    if (_trouble != e.Message) Log.CannotMark(parts.Logger, cursor.Sink, e);
                    _trouble = e.Message;
                }

                if (!(next < wait)) next = wait;
            });
            _anyHeld = next is not null;
            if (next is { } due) Wake(due);
        }

        if (letGo) parts.Sweep();
    }

    /// <returns>How long the cursor may still hold its records; null when it holds none as a removed one.</returns>
    private TimeSpan? Tend(CursorFile cursor, long passed, ref bool letGo)
    {
        var now = parts.Time.GetUtcNow();
        if (_unmarked.Contains(cursor.Sink))
        {
            var atOnce = settings.HoldRemoved == TimeSpan.Zero;
            var undelivered = Undelivered(cursor, null);
            cursor.Mark(new(now.ToUnixTimeMilliseconds(), atOnce ? parts.Segments.DurableSequence : null));
            _unmarked.Remove(cursor.Sink);
            letGo |= atOnce;
            if (atOnce) Log.LetGoAtOnce(parts.Logger, cursor.Sink, undelivered);
            else WarnHeld(cursor, cursor.Removal!);
        }

        if (cursor.Removal is not { LetGoThrough: null } removal) return null;
        if (removal.AtMs > now.ToUnixTimeMilliseconds())
        {
            // The clock was ahead when the mark was made; it must not hold for longer than the configuration says.
            removal = removal with { AtMs = now.ToUnixTimeMilliseconds() };
            cursor.Mark(removal);
        }

        var left = settings.HoldRemoved - (now - DateTimeOffset.FromUnixTimeMilliseconds(removal.AtMs));
        if (left > TimeSpan.Zero && cursor.Sequence >= passed) return left;
        var records = Undelivered(cursor, removal);
        cursor.Mark(removal with { LetGoThrough = parts.Segments.DurableSequence });
        letGo = true;
        _trouble = null;
        if (left > TimeSpan.Zero) Log.LetGoForRoom(parts.Logger, cursor.Sink, parts.Segments.Bytes, settings.MaxSize, records);
        else Log.LetGo(parts.Logger, cursor.Sink, settings.HoldRemoved.TotalSeconds, records);
        return null;
    }

    private void WarnHeld(CursorFile cursor, Removal removal) => Log.Held(
        parts.Logger, cursor.Sink, Undelivered(cursor, removal), DateTimeOffset.FromUnixTimeMilliseconds(removal.AtMs) + settings.HoldRemoved);

    private long Undelivered(CursorFile cursor, Removal? removal) =>
        Math.Max((removal?.LetGoThrough ?? parts.Segments.DurableSequence) - cursor.Sequence, 0);

    private void Wake(TimeSpan due)
    {
        _timer ??= parts.Time.CreateTimer(_ => Tend(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(due, Timeout.InfiniteTimeSpan);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Sink {Sink} is not in the configuration any more; {Records} records were not delivered to it. They are held until {Until:u}, or until the journal runs short of room, and are let go then; put back before, the sink goes on where it was")]
        public static partial void Held(ILogger logger, string sink, long records, DateTimeOffset until);

        [LoggerMessage(LogLevel.Warning, "Sink {Sink} is not in the configuration any more; {Records} records were not delivered to it, and are let go (journal.holdRemoved is 0s)")]
        public static partial void LetGoAtOnce(ILogger logger, string sink, long records);

        [LoggerMessage(LogLevel.Warning, "Sink {Sink} was removed more than {Seconds} s ago: {Records} records that were held for it are let go")]
        public static partial void LetGo(ILogger logger, string sink, double seconds, long records);

        [LoggerMessage(LogLevel.Warning, "Sink {Sink} was removed, and the journal runs short of room ({Bytes} of {Capacity} bytes): {Records} records that were held for it are let go")]
        public static partial void LetGoForRoom(ILogger logger, string sink, long bytes, long capacity, long records);

        [LoggerMessage(LogLevel.Error, "What becomes of the removed sink {Sink} cannot be written down; its records are held meanwhile, and it is tried again every second")]
        public static partial void CannotMark(ILogger logger, string sink, IOException exception);
    }
}
