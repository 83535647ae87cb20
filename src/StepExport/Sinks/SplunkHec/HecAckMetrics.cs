namespace StepExport.Sinks.SplunkHec;

/// <summary>Counts the waits for acknowledgements of one sink. Thread-safe.</summary>
internal sealed class HecAckMetrics
{
    private int _pending;
    private long _acknowledged;
    private long _timedOut;
    private long _lost;
    private long _waitTicks;
    private long _lastWaitTicks;

    /// <summary>Batches that wait now.</summary>
    public int PendingNow => Volatile.Read(ref _pending);

    public long Acknowledged => Volatile.Read(ref _acknowledged);

    public long TimedOut => Volatile.Read(ref _timedOut);

    /// <summary>Waits given up because nothing could come any more, or nothing that could be trusted.</summary>
    public long Lost => Volatile.Read(ref _lost);

    /// <summary>Sum of the waits that ended with an acknowledgement.</summary>
    public TimeSpan Waited => TimeSpan.FromTicks(Volatile.Read(ref _waitTicks));

    /// <summary>The last wait that ended with an acknowledgement.</summary>
    public TimeSpan LastWait => TimeSpan.FromTicks(Volatile.Read(ref _lastWaitTicks));

    public void Pending(int change) => Interlocked.Add(ref _pending, change);

    public void Ended(AckOutcome outcome, TimeSpan wait)
    {
        switch (outcome)
        {
            case AckOutcome.Acknowledged:
                Interlocked.Increment(ref _acknowledged);
                Interlocked.Add(ref _waitTicks, wait.Ticks);
                Volatile.Write(ref _lastWaitTicks, wait.Ticks);
                break;
            case AckOutcome.TimedOut:
                Interlocked.Increment(ref _timedOut);
                break;
            default:
                Interlocked.Increment(ref _lost);
                break;
        }
    }
}
