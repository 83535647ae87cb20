namespace StepExport.Sinks.SplunkHec;

/// <summary>How an endpoint failed.</summary>
internal enum HecFault : byte
{
    /// <summary>It did not: the answer is about token, index or content.</summary>
    None,

    /// <summary>May happen once: busy, a broken connection, no answer in time, an acknowledgement that does not come.</summary>
    Doubtful,

    /// <summary>It is not there or not a collector: refused, no address, TLS, shutting down, a wrong path.</summary>
    Gone,
}

/// <summary>Whether an endpoint takes part, and for how long it is left out. Thread-safe, no clock of its own.</summary>
/// <remarks>It is left out after one plain fault or after two doubtful ones in a row, each time for longer: full jitter between
/// half a second and a bound of 1, 2, 4 … 60 s. Only a delivery shows that it is well again; one that was taken back by its
/// health page alone is left out at the next fault of any kind.</remarks>
internal sealed class HecTargetHealth(Random random)
{
    private const int DoubtfulLimit = 2;
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);
    private readonly Lock _lock = new();
    private int _doubts;
    private int _level;
    private long _ejections;
    private long _ejectedAt = long.MinValue;
    private volatile bool _isUp = true;

    public bool IsUp => _isUp;

    /// <summary>How often it was left out.</summary>
    public long Ejections => Volatile.Read(ref _ejections);

    /// <summary>A request failed.</summary>
    /// <param name="fault">How.</param>
    /// <param name="now">Timestamp.</param>
    /// <returns>True when the endpoint is left out from now on.</returns>
    public bool Failed(HecFault fault, long now)
    {
        if (fault == HecFault.None) return false;
        lock (_lock)
        {
            _doubts++;
            if (!_isUp || (fault == HecFault.Doubtful && _level == 0 && _doubts < DoubtfulLimit)) return false;
            _isUp = false;
            _ejectedAt = now;
            _level++;
            _ejections++;
            return true;
        }
    }

    /// <summary>A batch was delivered.</summary>
    /// <param name="startedAt">When its request began: one from before the ejection shows nothing.</param>
    /// <returns>True when the endpoint takes part again with this.</returns>
    public bool Delivered(long startedAt)
    {
        if (_isUp && Volatile.Read(ref _doubts) == 0) return false;
        lock (_lock)
        {
            if (startedAt < _ejectedAt) return false;
            (_doubts, _level) = (0, 0);
            return TakeBackCore();
        }
    }

    /// <summary>Its health page says that it is well.</summary>
    /// <returns>False when it took part already.</returns>
    public bool TakeBack()
    {
        lock (_lock) return TakeBackCore();
    }

    /// <summary>The time until the next look at an endpoint that is left out.</summary>
    /// <param name="attempt">Looks at it since it was left out.</param>
    public TimeSpan NextWait(int attempt)
    {
        lock (_lock)
        {
            var bound = Math.Min(Longest.TotalSeconds, Math.Pow(2, Math.Min(_level - 1 + attempt, 10)));
            return Shortest + ((TimeSpan.FromSeconds(bound) - Shortest) * random.NextDouble());
        }
    }

    private bool TakeBackCore()
    {
        if (_isUp) return false;
        return _isUp = true;
    }
}
