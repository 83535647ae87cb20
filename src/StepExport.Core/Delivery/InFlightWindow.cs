using StepExport.Core.Telemetry;

namespace StepExport.Core.Delivery;

/// <summary>The batches on their way, in journal order. They complete in any order; the cursor follows the contiguous prefix
/// only, so that a crash never leaves a hole behind it. Thread-safe.</summary>
/// <remarks>Records that the filter refuses have no slot of their own: they are covered by the slot before them, or by the
/// committed prefix when nothing is in flight.</remarks>
internal sealed class InFlightWindow(long committed)
{
    private readonly Lock _lock = new();
    private readonly Queue<Slot> _slots = new();
    private Slot? _last;
    private long _committable = committed;

    /// <summary>Every record up to this sequence is done with.</summary>
    public long Committable
    {
        get
        {
            lock (_lock) return _committable;
        }
    }

    /// <summary>Batches that were begun and are not behind the prefix yet.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _slots.Count;
        }
    }

    /// <summary>Shows when the oldest record that is not done with was journaled; under the lock, so that the last word is the latest.</summary>
    public void ShowOldest(SinkMetrics metrics)
    {
        lock (_lock) metrics.OldestUndeliveredMs = _slots.TryPeek(out var oldest) ? oldest.OldestMs : 0;
    }

    /// <summary>Takes the first record of a new batch.</summary>
    public Slot Open(long sequence, long appendedAtMs)
    {
        lock (_lock)
        {
            _last = new Slot(sequence, appendedAtMs);
            _slots.Enqueue(_last);
            return _last;
        }
    }

    /// <summary>Says that everything read up to <paramref name="sequence"/> is covered: by the newest slot, or done with when
    /// nothing is in flight. Called by the reading side only.</summary>
    public void Cover(long sequence)
    {
        lock (_lock)
        {
            if (_last is null)
                _committable = Math.Max(_committable, sequence);
            else
                _last.Through = Math.Max(_last.Through, sequence);
        }
    }

    /// <summary>Every record of the slot is delivered or dead-lettered.</summary>
    /// <returns>True when <see cref="Committable"/> moved.</returns>
    public bool Complete(Slot slot)
    {
        lock (_lock)
        {
            slot.Done = true;
            var before = _committable;
            while (_slots.TryPeek(out var oldest) && oldest.Done)
            {
                _committable = oldest.Through;
                _slots.Dequeue();
            }

            if (_slots.Count == 0) _last = null;
            return _committable > before;
        }
    }

    /// <summary>One batch in the window.</summary>
    internal sealed class Slot(long first, long oldestMs)
    {
        internal long OldestMs { get; } = oldestMs;

        internal long Through { get; set; } = first;

        internal bool Done { get; set; }
    }
}
