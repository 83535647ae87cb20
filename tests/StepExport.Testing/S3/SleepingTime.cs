namespace StepExport.Testing.S3;

/// <summary>Another clock's time, for one component: knows whether the component sleeps, and lets no time-out of its requests pass.</summary>
/// <param name="clock">Moved by the test.</param>
/// <param name="timeout">Timers of this length guard requests.</param>
internal sealed class SleepingTime(TimeProvider clock, TimeSpan timeout) : TimeProvider
{
    private int _sleepers;

    /// <summary>Waits for time to pass, and for nothing else.</summary>
    public bool IsAsleep => Volatile.Read(ref _sleepers) > 0;

    public override long TimestampFrequency => clock.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => clock.GetUtcNow();

    public override long GetTimestamp() => clock.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime == timeout || dueTime == Timeout.InfiniteTimeSpan) return new Guard(clock.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, period));
        Interlocked.Increment(ref _sleepers);
        return new Sleep(clock.CreateTimer(callback, state, dueTime, period), this);
    }

    private sealed class Guard(ITimer timer) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }

    private sealed class Sleep(ITimer timer, SleepingTime owner) : ITimer
    {
        private int _ended;

        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(dueTime, period);

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _ended, 1) == 0) Interlocked.Decrement(ref owner._sleepers);
            timer.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
