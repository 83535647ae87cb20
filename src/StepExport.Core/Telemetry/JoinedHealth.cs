namespace StepExport.Core.Telemetry;

/// <summary>Joins what can ail the parts of one component (files, feeds, partitions, secrets) into its one state of health. Thread-safe.</summary>
internal sealed class JoinedHealth(ComponentHealth health)
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, string> _troubles = new(StringComparer.Ordinal);

    /// <summary>Sets why the part ails, a whole sentence that names it; null when it is well.</summary>
    /// <returns>False when nothing has changed.</returns>
    public bool Set(string part, string? reason)
    {
        lock (_lock)
        {
            if (_troubles.GetValueOrDefault(part) == reason) return false;
            if (reason is null) _troubles.Remove(part);
            else _troubles[part] = reason;

            Show();
            return true;
        }
    }

    /// <summary>Sets all that ails; parts that are not named are well.</summary>
    /// <returns>False when what is shown has not changed.</returns>
    public bool SetAll(IReadOnlyDictionary<string, string> troubles)
    {
        lock (_lock)
        {
            _troubles.Clear();
            foreach (var (part, reason) in troubles) _troubles[part] = reason;
            var before = health.Current.Reason;
            Show();
            return health.Current.Reason != before;
        }
    }

    private void Show()
    {
        if (_troubles.Count == 0) health.Healthy();
        else health.Unhealthy(_troubles.Values.First() + (_troubles.Count == 1 ? "" : FormattableString.Invariant($" (and {_troubles.Count - 1} more)")));
    }
}
