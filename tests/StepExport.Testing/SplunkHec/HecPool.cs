namespace StepExport.Testing.SplunkHec;

/// <summary>The indexers behind one address. A cookie pins a sender to one of them; without it requests go round robin.
/// Not thread-safe.</summary>
/// <param name="count">Indexers; one alone needs no cookie.</param>
/// <param name="isSticky">false: the balancer hands out no cookies, so nothing keeps a sender with its indexer.</param>
internal sealed class HecPool(int count, bool isSticky) : IDisposable
{
    public const string CookieName = "HECSESSION";

    private readonly HecIndexer[] _indexers = [.. Enumerable.Range(0, count).Select(_ => new HecIndexer())];
    private readonly Dictionary<string, Session> _sessions = new(StringComparer.Ordinal);
    private int _turn;
    private int _sessionCount;

    /// <param name="request">Comes with a cookie or without.</param>
    /// <param name="isMoved">The sender's session moves to the next indexer first.</param>
    /// <returns>Who answers, and the cookie to set when the sender needs a new one.</returns>
    public (HecIndexer Indexer, string? SetCookie) Route(HecReceived request, bool isMoved)
    {
        if (count == 1) return (_indexers[0], null);
        var cookie = request.Cookies.GetValueOrDefault(CookieName, "");
        if (!_sessions.TryGetValue(cookie, out var session) && !isSticky) return (_indexers[NextTurn()], null);
        var isNew = session is null;
        session ??= new(NextTurn());
        if (isMoved && !isNew)
        {
            _sessions.Remove(cookie);
            foreach (var channel in session.Channels) _indexers[session.Indexer].Abandon(channel);
            session = new((session.Indexer + 1) % count);
            isNew = true;
        }

        if (Guid.TryParse(request.Channel, out var used)) session.Channels.Add(used);
        if (!isNew) return (_indexers[session.Indexer], null);
        cookie = $"i{session.Indexer}-{_sessionCount++}";
        _sessions.Add(cookie, session);
        return (_indexers[session.Indexer], cookie);
    }

    /// <summary>Every session ends: old cookies are worth nothing, ids count from 0 again, and what was pending is never acknowledged.</summary>
    public void MoveAll()
    {
        _sessions.Clear();
        foreach (var indexer in _indexers) indexer.AbandonAll();
    }

    /// <summary>An indexer goes down and comes back at once.</summary>
    public void Restart(int indexer) => _indexers[indexer].Restart();

    /// <summary>What the indexers hold in memory is lost.</summary>
    public void Dispose()
    {
        foreach (var indexer in _indexers) indexer.Restart();
    }

    private int NextTurn() => _turn++ % count;

    private sealed record Session(int Indexer)
    {
        public HashSet<Guid> Channels { get; } = [];
    }
}
