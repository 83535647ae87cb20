namespace StepExport.Core.Delivery;

/// <summary>How long to wait after failures in a row: full jitter, without an end to the attempts. Thread-safe, no clock.</summary>
/// <param name="initial">Upper bound of the first wait; doubled with every failure.</param>
/// <param name="max">Upper bound of any wait that the destination did not ask for.</param>
/// <param name="random">Source of the jitter.</param>
internal sealed class RetryPolicy(TimeSpan initial, TimeSpan max, Random random)
{
    /// <summary>A destination that says "at once" this often in a row is backed off from all the same: no hot loop.</summary>
    public const int AtOnceLimit = 3;

    /// <summary>A longer Retry-After is cut to this, so that an absurd date cannot switch the sink off.</summary>
    public static readonly TimeSpan LongestRetryAfter = TimeSpan.FromHours(1);

    /// <summary>The wait before the next attempt.</summary>
    /// <param name="failures">Failures in a row, from 1.</param>
    /// <param name="retryAfter">What the destination asked for; null when it said nothing, zero = at once.</param>
    /// <param name="needsOperator">A person has to act first, so probing is slow from the first failure on.</param>
    public TimeSpan Delay(int failures, TimeSpan? retryAfter = null, bool needsOperator = false)
    {
        if (retryAfter > TimeSpan.Zero) return retryAfter.Value < LongestRetryAfter ? retryAfter.Value : LongestRetryAfter;
        if (IsAtOnce(failures, retryAfter)) return TimeSpan.Zero;
        if (needsOperator) return max / 2 * (1 + NextJitter());

        // Doubling stops at 2^30, far above any max, so that the product cannot overflow.
        var bound = Math.Min(max.TotalSeconds, initial.TotalSeconds * (1L << Math.Min(failures - 1, 30)));
        return TimeSpan.FromSeconds(bound * NextJitter());
    }

    /// <summary>Whether the next attempt follows without a wait.</summary>
    public static bool IsAtOnce(int failures, TimeSpan? retryAfter) => retryAfter == TimeSpan.Zero && failures <= AtOnceLimit;

    private double NextJitter()
    {
        lock (random) return random.NextDouble();
    }
}
