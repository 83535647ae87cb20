namespace StepExport.Sources.StepSecurity;

/// <summary>How far back one reading of a list goes, in milliseconds since 1970, by detection time.</summary>
/// <param name="NowMs">When it began.</param>
/// <param name="PollEndMs">What is older was there at the last poll.</param>
/// <param name="ReadEndMs">Where this reading ends: the same, or <paramref name="TakeFromMs"/> when it is a sweep.</param>
/// <param name="TakeFromMs">What is older is passed over, though it stands in a page: by now nobody may remember that it was exported.</param>
/// <param name="IsSweep">It reads to the depth of a sweep.</param>
internal readonly record struct ReadWindow(long NowMs, long PollEndMs, long ReadEndMs, long TakeFromMs, bool IsSweep)
{
    /// <param name="mark">How far the list was read before.</param>
    /// <param name="isMovedTo">The list gets old detections, too.</param>
    /// <param name="config">Overlap, sweeps, look-back.</param>
    /// <param name="nowMs">The clock.</param>
    /// <param name="mustSweep">A sweep, due or not.</param>
    public static ReadWindow Of(FeedMark mark, bool isMovedTo, StepSecurityConfig config, long nowMs, bool mustSweep)
    {
        if (mark.SweptMs is not { } swept)
        {
            var first = Before(nowMs, config.Lookback);
            return new(nowMs, first, first, first, IsSweep: true);
        }

        // After a long pause back to where it began
        var takeFrom = Math.Min(Before(nowMs, config.SweepDepth), Before(swept, config.Overlap));
        var pollEnd = mark.NewestMs is { } newest ? Before(newest, config.Overlap) : takeFrom;
        if (isMovedTo) pollEnd = Math.Min(pollEnd, Before(nowMs, config.StateOverlap));
        pollEnd = Math.Max(pollEnd, takeFrom);
        var isSweep = mustSweep || Before(nowMs, config.SweepInterval) >= swept;
        return new(nowMs, pollEnd, isSweep ? takeFrom : pollEnd, takeFrom, isSweep);
    }

    /// <summary>What is read again next time begins behind the newest detection; one from the future must not end later polls early.</summary>
    public FeedMark Polled(FeedMark before, long newestMs)
    {
        var newest = Math.Max(before.NewestMs ?? 0, Math.Min(newestMs, NowMs));
        return before with { NewestMs = newest > 0 ? newest : null };
    }

    public FeedMark Swept(FeedMark before) => IsSweep ? before with { SweptMs = NowMs } : before;

    private static long Before(long ms, TimeSpan span) => ms - (long)span.TotalMilliseconds;
}
