namespace StepExport.Sinks.SplunkHec;

/// <summary>What the cookies of an answer say about where it came from.</summary>
internal enum SessionSign : byte
{
    /// <summary>From the indexer of this session.</summary>
    Same,

    /// <summary>From another one: the request went out before the session had its cookie.</summary>
    Other,

    /// <summary>From another one, although the request carried the session's cookie: the session is over.</summary>
    Moved,
}

/// <summary>The cookies by which a load balancer keeps one channel with one indexer. Thread-safe.</summary>
/// <remarks>Behind one address several indexers hand out the same acknowledgement ids; a session cookie that changes means that
/// another one answers. Each channel has its own cookies, so that it is known which indexer an answer came from.</remarks>
internal sealed class HecSession(HecCookieHabits habits)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, string> _cookies = new(StringComparer.Ordinal);
    private volatile string? _header;

    /// <summary>The Cookie header for the next request; null while there is none.</summary>
    public string? Header => _header;

    /// <summary>Looks at an answer.</summary>
    /// <param name="sent">The <see cref="Header"/> that its request went out with.</param>
    /// <param name="setCookies">Its <c>Set-Cookie</c> headers, or null.</param>
    /// <param name="other">The session that the answer belongs to, unless it is this one.</param>
    public SessionSign Observe(string? sent, IReadOnlyList<string>? setCookies, out HecSession? other)
    {
        other = null;
        if (setCookies is null)
        {
            if (sent is not null) habits.Kept();
            return SessionSign.Same;
        }

        lock (_lock)
        {
            var sign = SessionSign.Same;
            var changed = new Dictionary<string, string>(_cookies, StringComparer.Ordinal);
            foreach (var header in setCookies)
            {
                if (!TryRead(header, out var name, out var value)) continue;
                changed[name] = value;
                if (!_cookies.TryGetValue(name, out var known) || known == value || habits.Rotates(name)) continue;
                var wasSent = sent is not null && sent.Split("; ").Contains($"{name}={known}");
                sign = wasSent ? SessionSign.Moved : SessionSign.Other;
                if (wasSent) habits.Changed(name);
            }

            if (sign == SessionSign.Same) Adopt(changed);
            else (other = new(habits)).Adopt(changed);
            return sign;
        }
    }

    private void Adopt(Dictionary<string, string> cookies)
    {
        foreach (var (name, value) in cookies)
            if (_cookies.ContainsKey(name) || _cookies.Count < HecCookieHabits.MostCookies) _cookies[name] = value;
        _header = _cookies.Count == 0 ? null : string.Join("; ", _cookies.Select(c => $"{c.Key}={c.Value}"));
    }

    private static bool TryRead(string header, out string name, out string value)
    {
        (name, value) = ("", "");
        var pair = header.AsSpan(0, header.IndexOf(';') is var end and >= 0 ? end : header.Length);
        var equals = pair.IndexOf('=');
        if (equals <= 0) return false;
        (name, value) = (pair[..equals].Trim().ToString(), pair[(equals + 1)..].Trim().ToString());
        return true;
    }
}

/// <summary>Knows which cookies of an endpoint change with every answer and so say nothing about the session. Thread-safe.</summary>
internal sealed class HecCookieHabits
{
    /// <summary>A server that sets ever new ones must not fill the memory.</summary>
    public const int MostCookies = 32;

    /// <summary>So many changes without one answer that keeps the cookie are no moves.</summary>
    private const int RotatesFrom = 5;

    /// <summary>Known to change with every answer (AWS application load balancers).</summary>
    private static readonly string[] Rotating = ["AWSALB", "AWSALBCORS", "AWSALBTG", "AWSALBTGCORS"];

    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _changes = new(StringComparer.Ordinal);

    public bool Rotates(string name)
    {
        if (Rotating.Contains(name)) return true;
        lock (_lock) return _changes.GetValueOrDefault(name) >= RotatesFrom;
    }

    /// <summary>An answer brought a new value although the old one had been sent.</summary>
    public void Changed(string name)
    {
        lock (_lock)
        {
            if (_changes.Count < MostCookies || _changes.ContainsKey(name)) _changes[name] = _changes.GetValueOrDefault(name) + 1;
        }
    }

    /// <summary>An answer left the cookies as they are: what changed before were moves. What rotates never gets here.</summary>
    public void Kept()
    {
        lock (_lock) _changes.Clear();
    }
}
