using StepExport.Core.Telemetry;

namespace StepExport.Sources.S3;

/// <summary>The objects that cannot be read, and why: shown in the health until a later listing of everything finds them well or gone.</summary>
/// <remarks>Kept in memory: after a restart they are found again, for they are not finished.</remarks>
internal sealed partial class ObjectTroubles(string bucket, JoinedHealth health, ILogger logger)
{
    /// <summary>More than these are only counted.</summary>
    private const int MostKept = 1000;

    /// <summary>More than these per round are not worth a line each.</summary>
    private const int MostLogged = 20;

    private readonly Dictionary<string, Trouble> _byKey = new(StringComparer.Ordinal);
    private int _round;
    private int _logged;
    private int _more;

    /// <summary>Whether another attempt may help.</summary>
    public bool MayEnd => _more > 0 || _byKey.Values.Any(trouble => !trouble.IsDamage);

    /// <summary>What stands for all of them; null when there are none.</summary>
    public string? Text { get; private set; }

    /// <summary>Whether this very content is known to be damaged, so that there is no use in reading it again.</summary>
    public bool IsDamaged(ListedObject listed)
    {
        if (!_byKey.TryGetValue(listed.Key, out var known) || !known.IsDamage || known.ETag != listed.ETag) return false;
        known.Round = _round;
        return true;
    }

    /// <summary>Notes what became of an object.</summary>
    public void Note(string key, string eTag, ObjectOutcome outcome)
    {
        if (outcome.Unreadable is not { } reason)
        {
            if (_byKey.Remove(key)) Show();
            return;
        }

        if (_byKey.Count >= MostKept && !_byKey.ContainsKey(key))
        {
            _more++;
        }
        else
        {
            var isNews = _byKey.GetValueOrDefault(key)?.Reason != reason;
            _byKey[key] = new(eTag, reason, outcome.IsDamage) { Round = _round };
            if (isNews && _logged++ < MostLogged) Log.Unreadable(logger, KeyText.Shown(bucket, key), reason);
        }

        Show();
    }

    /// <summary>From now on everything is listed.</summary>
    public void BeginRound()
    {
        _round++;
        (_logged, _more) = (0, 0);
    }

    /// <summary>Everything was listed: what was not met is gone or overwritten.</summary>
    public void EndRound()
    {
        foreach (var (key, trouble) in _byKey)
        {
            if (trouble.Round < _round) _byKey.Remove(key);
        }

        Show();
    }

    private void Show()
    {
        Text = null;
        if (_byKey.Count > 0)
        {
            var (key, trouble) = _byKey.First();
            var others = _byKey.Count - 1 + _more;
            var more = others == 0 ? "" : FormattableString.Invariant($" (and {others} more objects)");
            Text = $"{KeyText.Shown(bucket, key)} cannot be read: {trouble.Reason}{more}";
        }

        health.Set("objects", Text);
    }

    private sealed record Trouble(string ETag, string Reason, bool IsDamage)
    {
        public int Round { get; set; }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 511, Level = LogLevel.Warning, Message = "{Address} cannot be read: {Reason}; the other objects are read, and this one is tried again later")]
        public static partial void Unreadable(ILogger logger, string address, string reason);
    }
}
