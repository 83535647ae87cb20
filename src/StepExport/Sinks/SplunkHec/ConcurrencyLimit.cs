namespace StepExport.Sinks.SplunkHec;

/// <summary>What one request says about the destination's load.</summary>
internal enum LoadSign : byte
{
    /// <summary>Nothing: refused for its content or token, cancelled.</summary>
    None,

    /// <summary>Taken without complaint.</summary>
    Clean,

    /// <summary>Too much: queues full or nearly so, busy, no answer.</summary>
    Overload,
}

/// <summary>How many requests may be under way: one more per round of clean answers, fewer on signs of overload or when answers
/// become slow. Pure, one thread at a time.</summary>
/// <remarks>
/// Slow is told by the median of the last answers against a baseline that follows falling latencies quickly and rising ones
/// slowly: one outlier changes nothing, and a destination that stays slower for good becomes the new baseline after some hundred
/// answers. A decrease counts once per round trip: what was under way at the time of a decrease says nothing about it.
/// </remarks>
internal sealed class ConcurrencyLimit(int min, int max)
{
    private const double OverloadFactor = 0.7;
    private const double SlowFactor = 0.9;

    /// <summary>Slow is at least twice the baseline, and by so much: a full batch takes longer than a small one without any overload.</summary>
    private const double SlackSeconds = 0.2;

    private const int Window = 5;
    private readonly double[] _last = new double[Window];
    private double _limit = max;
    private double _baseline;
    private long _answers;
    private long _decreasedAt = long.MinValue;

    /// <summary>Between <c>min</c> and <c>max</c>.</summary>
    public int Value => (int)_limit;

    /// <summary>Takes the end of one request into account.</summary>
    /// <param name="startedAt">Timestamp of its start.</param>
    /// <param name="now">Timestamp of its end.</param>
    /// <param name="latency">Between the two.</param>
    /// <param name="sign">What came of it.</param>
    /// <param name="isInUse">The limit was reached; a limit that nobody reaches is not raised.</param>
    public void Observe(long startedAt, long now, TimeSpan latency, LoadSign sign, bool isInUse)
    {
        if (sign == LoadSign.None) return;
        var isSlow = sign == LoadSign.Clean && IsSlow(latency.TotalSeconds);
        if (sign == LoadSign.Overload || isSlow)
        {
            if (startedAt <= _decreasedAt) return;
            _limit = Math.Max(min, _limit * (isSlow ? SlowFactor : OverloadFactor));
            _decreasedAt = now;
        }
        else if (isInUse)
        {
            _limit = Math.Min(max, _limit + (1 / _limit));
        }
    }

    private bool IsSlow(double seconds)
    {
        _last[_answers++ % Window] = seconds;
        if (_answers < Window) return false;
        Span<double> sorted = stackalloc double[Window];
        _last.CopyTo(sorted);
        sorted.Sort();
        var median = sorted[Window / 2];
        if (_answers == Window) _baseline = median;
        _baseline += (median - _baseline) * (median < _baseline ? 0.2 : 0.01);
        return median > (2 * _baseline) && median > _baseline + SlackSeconds;
    }
}
