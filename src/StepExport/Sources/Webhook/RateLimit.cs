namespace StepExport.Sources.Webhook;

/// <summary>So many requests a second in the long run, and so many at once after a pause. Thread-safe, without a lock.</summary>
/// <remarks>The generic cell rate algorithm: it keeps one number, when the budget would be full again, and so knows exactly how long
/// whoever is refused has to wait.</remarks>
internal sealed class RateLimit(int perSecond, int burst, TimeProvider time)
{
    private readonly long _interval = Math.Max(1, time.TimestampFrequency / perSecond);
    private long _full = long.MinValue;

    /// <summary>Takes one request out of the budget.</summary>
    /// <returns>Zero, or how long to wait when the budget is used up.</returns>
    public TimeSpan Take()
    {
        while (true)
        {
            var now = time.GetTimestamp();
            var before = Volatile.Read(ref _full);
            var full = Math.Max(before, now);
            var excess = full - now - ((burst - 1) * _interval);
            if (excess > 0) return TimeSpan.FromSeconds((double)excess / time.TimestampFrequency);
            if (Interlocked.CompareExchange(ref _full, full + _interval, before) == before) return TimeSpan.Zero;
        }
    }
}
