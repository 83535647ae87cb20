namespace StepExport.Sinks.SplunkHec;

/// <summary>How the wait for an acknowledgement ended.</summary>
internal enum AckOutcome : byte
{
    /// <summary>Indexed.</summary>
    Acknowledged,

    /// <summary>No word in time.</summary>
    TimedOut,

    /// <summary>Another indexer, or none that knows of it, answers on the channel: nothing can come any more, or nothing that can be trusted.</summary>
    Lost,

    /// <summary>The token has acknowledgement disabled.</summary>
    SwitchedOff,
}

/// <summary>The ids of one channel that are waited for. Not thread-safe.</summary>
internal sealed class HecPendingAcks(HecAckPolicy policy)
{
    private readonly Dictionary<long, Entry> _entries = [];

    /// <summary>Begins to wait.</summary>
    public Task<AckOutcome> Add(long id)
    {
        var entry = new Entry(policy.Time.GetTimestamp());
        _entries.Add(id, entry);
        policy.Metrics.Pending(+1);
        return entry.Ended.Task;
    }

    /// <summary>Ends one wait, if it is not over yet.</summary>
    public void End(long id, AckOutcome outcome)
    {
        if (!_entries.Remove(id, out var entry)) return;
        policy.Metrics.Pending(-1);
        policy.Metrics.Ended(outcome, policy.Time.GetElapsedTime(entry.Since));
        entry.Ended.SetResult(outcome);
    }

    /// <summary>Nobody waits for it any more.</summary>
    public void Forget(long id)
    {
        if (_entries.Remove(id)) policy.Metrics.Pending(-1);
    }

    public void EndAll(AckOutcome outcome)
    {
        foreach (var id in Ids()) End(id, outcome);
    }

    public void EndOverdue()
    {
        foreach (var id in Ids())
            if (policy.Time.GetElapsedTime(_entries[id].Since) >= policy.Timeout) End(id, AckOutcome.TimedOut);
    }

    /// <summary>In ascending order.</summary>
    public long[] Ids() => [.. _entries.Keys.Order()];

    /// <summary>Until the first wait is over time; null when nobody waits.</summary>
    public TimeSpan? UntilOverdue()
    {
        if (_entries.Count == 0) return null;
        var left = policy.Timeout - policy.Time.GetElapsedTime(_entries.Values.Min(e => e.Since));
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private sealed class Entry(long since)
    {
        public long Since => since;

        public TaskCompletionSource<AckOutcome> Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
