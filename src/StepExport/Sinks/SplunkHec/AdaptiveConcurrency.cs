namespace StepExport.Sinks.SplunkHec;

/// <summary>Lets as many requests be under way as <see cref="ConcurrencyLimit"/> allows; who has to wait gets its turn in the
/// order of arrival. Thread-safe; nothing is allocated for who need not wait.</summary>
/// <param name="min">The limit never falls below this.</param>
/// <param name="max">The limit begins here and never rises above it.</param>
/// <param name="time">Measures the answers.</param>
internal sealed class AdaptiveConcurrency(int min, int max, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly ConcurrencyLimit _limit = new(min, max);
    private readonly LinkedList<TaskCompletionSource> _waiting = new();
    private int _underWay;

    /// <summary>Requests that may be under way at the moment.</summary>
    public int Limit
    {
        get { lock (_lock) return _limit.Value; }
    }

    /// <summary>Waits for a turn; each one ends with <see cref="Leave"/>.</summary>
    /// <exception cref="OperationCanceledException">Cancelled while waiting; there is no turn to end.</exception>
    public ValueTask EnterAsync(CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled(cancellationToken);
        LinkedListNode<TaskCompletionSource> waiter;
        lock (_lock)
        {
            if (_underWay < _limit.Value && _waiting.Count == 0)
            {
                _underWay++;
                return ValueTask.CompletedTask;
            }

            waiter = _waiting.AddLast(new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        return new(WaitAsync(waiter, cancellationToken));
    }

    /// <summary>Ends a turn.</summary>
    /// <param name="startedAt">Timestamp from before the request.</param>
    /// <param name="outcome">What the answer says about the destination's load.</param>
    public void Leave(long startedAt, LoadSign outcome)
    {
        lock (_lock)
        {
            _limit.Observe(startedAt, time.GetTimestamp(), time.GetElapsedTime(startedAt), outcome, isInUse: _underWay >= _limit.Value);
            _underWay--;
            while (_underWay < _limit.Value && _waiting.First is { } first)
            {
                _waiting.RemoveFirst();
                if (first.Value.TrySetResult()) _underWay++;
            }
        }
    }

    private async Task WaitAsync(LinkedListNode<TaskCompletionSource> waiter, CancellationToken cancellationToken)
    {
        await using var cancelled = cancellationToken.UnsafeRegister(_ => Cancel(waiter, cancellationToken), null);
        await waiter.Value.Task;
    }

    private void Cancel(LinkedListNode<TaskCompletionSource> waiter, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            // Who has been given a turn in the meantime keeps it, and ends it himself.
            if (waiter.Value.TrySetCanceled(cancellationToken)) _waiting.Remove(waiter);
        }
    }
}
