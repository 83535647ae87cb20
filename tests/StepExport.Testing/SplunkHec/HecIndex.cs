namespace StepExport.Testing.SplunkHec;

/// <summary>What a <see cref="FakeHecServer"/> has indexed: a multiset by uid. Thread-safe.</summary>
/// <param name="keepEvents">false counts only, for runs with very many events.</param>
internal sealed class HecIndex(bool keepEvents = true)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);
    private readonly List<HecEvent> _events = [];
    private readonly List<(int Distinct, TaskCompletionSource Reached)> _waiters = [];

    /// <summary>Every indexed event in order; empty when they are not kept.</summary>
    public IReadOnlyList<HecEvent> Events
    {
        get { lock (_lock) return [.. _events]; }
    }

    public int Distinct
    {
        get { lock (_lock) return _counts.Count; }
    }

    /// <summary>Events indexed more than once, every surplus copy counted.</summary>
    public int Duplicates
    {
        get { lock (_lock) return _counts.Values.Sum() - _counts.Count; }
    }

    /// <summary>How often the event with this uid was indexed.</summary>
    public int Count(string uid)
    {
        lock (_lock) return _counts.GetValueOrDefault(uid);
    }

    /// <summary>Completes once so many different events are indexed.</summary>
    public Task WhenDistinct(int count)
    {
        lock (_lock)
        {
            if (_counts.Count >= count) return Task.CompletedTask;
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiters.Add((count, reached));
            return reached.Task;
        }
    }

    public void Add(HecEvent hecEvent)
    {
        lock (_lock)
        {
            _counts[hecEvent.Uid] = _counts.GetValueOrDefault(hecEvent.Uid) + 1;
            if (keepEvents) _events.Add(hecEvent);
            foreach (var waiter in _waiters.Where(w => _counts.Count >= w.Distinct)) waiter.Reached.TrySetResult();
            _waiters.RemoveAll(w => w.Reached.Task.IsCompleted);
        }
    }
}
