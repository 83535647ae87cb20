namespace StepExport.Testing.SplunkHec;

/// <summary>The truth about every event, by uid: how often it was accepted, how often indexed, and what its sender could know of it.
/// Thread-safe; several servers may share one.</summary>
/// <param name="keepEvents">false counts only, for runs with very many events.</param>
internal sealed class HecIndex(bool keepEvents = true)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Copies> _copies = new(StringComparer.Ordinal);
    private readonly List<HecEvent> _events = [];
    private readonly List<(int Distinct, TaskCompletionSource Reached)> _waiters = [];
    private int _accepted;
    private int _indexed;
    private int _lost;
    private int _distinct;
    private int _needless;
    private int _hasty;

    /// <summary>How long a sender has to wait for an acknowledgement that can still come before it may send again.</summary>
    public TimeSpan AckPatience { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>Every indexed event in order; empty when they are not kept.</summary>
    public IReadOnlyList<HecEvent> Events
    {
        get { lock (_lock) return [.. _events]; }
    }

    /// <summary>Different events indexed.</summary>
    public int Distinct => Volatile.Read(ref _distinct);

    /// <summary>Events indexed more than once, every surplus copy counted.</summary>
    public int Duplicates
    {
        get { lock (_lock) return _indexed - _distinct; }
    }

    /// <summary>Copies that were sent although an earlier one had been confirmed to the sender. Nothing excuses them.</summary>
    public int NeedlessCopies => Volatile.Read(ref _needless);

    /// <summary>Copies that were sent although the acknowledgement of an earlier one could still come, before <see cref="AckPatience"/> was over.</summary>
    public int HastyCopies => Volatile.Read(ref _hasty);

    /// <summary>Those of the <see cref="Duplicates"/> that the protocol brings with it: the sender could not know of the earlier copy, and
    /// would not have come to know.</summary>
    public int UnavoidableDuplicates
    {
        get { lock (_lock) return _copies.Values.Sum(c => Math.Max(0, c.Indexed - 1 - c.Avoidable)); }
    }

    /// <summary>Copies that some server accepted.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>Copies that were accepted and will never be indexed.</summary>
    public int Lost => Volatile.Read(ref _lost);

    /// <summary>Copies that were accepted and of which nothing is decided yet.</summary>
    public int Undecided
    {
        get { lock (_lock) return _accepted - _indexed - _lost; }
    }

    /// <summary>Events that were accepted, and of which no copy is indexed.</summary>
    public IReadOnlyList<string> AcceptedOnly
    {
        get { lock (_lock) return [.. _copies.Where(c => c.Value.Indexed == 0).Select(c => c.Key)]; }
    }

    /// <summary>How often the event with this uid was indexed.</summary>
    public int Count(string uid)
    {
        lock (_lock) return _copies.GetValueOrDefault(uid)?.Indexed ?? 0;
    }

    /// <summary>Which of these are not in the index.</summary>
    public IReadOnlyList<string> Missing(IEnumerable<string> uids) => [.. uids.Where(uid => Count(uid) == 0)];

    /// <summary>Completes once so many different events are indexed.</summary>
    public Task WhenDistinct(int count)
    {
        lock (_lock)
        {
            if (_distinct >= count) return Task.CompletedTask;
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiters.Add((count, reached));
            return reached.Task;
        }
    }

    public void Accept(HecParcel parcel)
    {
        lock (_lock)
        {
            foreach (var hecEvent in parcel.Events)
            {
                if (!_copies.TryGetValue(hecEvent.Uid, out var copies)) _copies.Add(hecEvent.Uid, copies = new());
                var isNeedless = copies.Confirmed > 0;
                var isHasty = !isNeedless && copies.Latest is { CanBeConfirmed: true } earlier && earlier.Age < AckPatience;
                if (isNeedless) _needless++;
                if (isHasty) _hasty++;
                if (isNeedless || isHasty) copies.Avoidable++;
                copies.Latest = parcel;
                _accepted++;
            }
        }
    }

    public void Settle(HecParcel parcel, bool isIndexed)
    {
        lock (_lock)
        {
            if (!isIndexed)
            {
                _lost += parcel.Events.Count;
                return;
            }

            foreach (var hecEvent in parcel.Events)
            {
                if (_copies[hecEvent.Uid].Indexed++ == 0) _distinct++;
                _indexed++;
                if (keepEvents) _events.Add(hecEvent);
            }

            foreach (var waiter in _waiters.Where(w => _distinct >= w.Distinct)) waiter.Reached.TrySetResult();
            _waiters.RemoveAll(w => w.Reached.Task.IsCompleted);
        }
    }

    /// <summary>The sender is told that these events are indexed.</summary>
    public void Confirm(HecParcel parcel) => Confirm(parcel, 1);

    /// <summary>It was not told after all.</summary>
    public void TakeBack(HecParcel parcel) => Confirm(parcel, -1);

    private void Confirm(HecParcel parcel, int by)
    {
        lock (_lock)
        {
            foreach (var hecEvent in parcel.Events)
            {
                var copies = _copies[hecEvent.Uid];
                copies.Confirmed += by;
                if (copies.Latest == parcel) copies.Latest = null;
            }
        }
    }

    private sealed class Copies
    {
        public int Indexed { get; set; }

        public int Confirmed { get; set; }

        public int Avoidable { get; set; }

        public HecParcel? Latest { get; set; }
    }
}
