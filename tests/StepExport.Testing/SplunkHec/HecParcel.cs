namespace StepExport.Testing.SplunkHec;

/// <summary>The events that one request left with an indexer, on their way into the index.</summary>
/// <param name="index">Told what becomes of them.</param>
/// <param name="events">Accepted together.</param>
/// <param name="fate">What becomes of them.</param>
/// <param name="time">The server's clock.</param>
internal sealed class HecParcel(HecIndex index, IReadOnlyList<HecEvent> events, HecFate fate, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly long _acceptedAt = time.GetTimestamp();
    private volatile bool _canBeConfirmed = fate.IsAcknowledged;
    private ITimer? _timer;
    private int _polls;
    private bool _isSettled;

    public IReadOnlyList<HecEvent> Events { get; } = events;

    public TimeSpan Age => time.GetElapsedTime(_acceptedAt);

    /// <summary>Whether the sender can still learn that the events are indexed, if it only waits and asks.</summary>
    public bool CanBeConfirmed => _canBeConfirmed;

    /// <summary>Accepts the events, and begins what their fate is.</summary>
    /// <param name="isAwaited">The sender gets an ack id; without one nothing can be late.</param>
    public HecParcel Accept(bool isAwaited)
    {
        index.Accept(this);
        if (!fate.IsIndexed) Settle(isIndexed: false);
        else if (!isAwaited || fate.IsIndexedAtOnce) Settle(isIndexed: true);
        else if (fate.Delay > TimeSpan.Zero) _timer = time.CreateTimer(_ => Settle(isIndexed: true), null, fate.Delay, Timeout.InfiniteTimeSpan);
        return this;
    }

    /// <summary>Answers a poll.</summary>
    public bool Poll()
    {
        if (!fate.IsAcknowledged || _polls++ < fate.Polls || Age < fate.Delay) return false;
        Settle(isIndexed: true);
        return true;
    }

    /// <summary>The indexer goes down with what it has not indexed yet.</summary>
    public void Lose()
    {
        Settle(isIndexed: false);
        _canBeConfirmed = false;
    }

    /// <summary>The indexer does its work, but the sender cannot ask it any more.</summary>
    public void Abandon()
    {
        Settle(fate.IsIndexed);
        _canBeConfirmed = false;
    }

    /// <summary>Whatever the sender does, it cannot learn any more what became of the events.</summary>
    public void CannotBeConfirmed() => _canBeConfirmed = false;

    private void Settle(bool isIndexed)
    {
        lock (_lock)
        {
            if (_isSettled) return;
            _isSettled = true;
            _timer?.Dispose();
            index.Settle(this, isIndexed);
        }
    }
}
