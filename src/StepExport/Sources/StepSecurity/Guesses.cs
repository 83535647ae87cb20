using StepExport.Core.Telemetry;

namespace StepExport.Sources.StepSecurity;

/// <summary>The lists that nobody asked for by name. The API may refuse some of them, but not all lists of a scope: then the name of
/// the customer or organization is wrong, and somebody has to know. Thread-safe.</summary>
internal sealed class Guesses(IEnumerable<FeedKey> feeds, JoinedHealth health)
{
    private readonly Lock _lock = new();
    private readonly HashSet<FeedKey> _refused = [];
    private readonly Dictionary<FeedScope, int> _lists = feeds.GroupBy(feed => feed.Scope).ToDictionary(scope => scope.Key, scope => scope.Count());

    /// <returns>False when it is known already.</returns>
    public bool Refused(FeedKey feed, string why)
    {
        lock (_lock)
        {
            var isNew = _refused.Add(feed);
            if (_lists.TryGetValue(feed.Scope, out var lists) && _refused.Count(refused => refused.Scope == feed.Scope && !refused.IsIncidents) == lists)
                health.Set(Part(feed.Scope), $"{feed.Scope}: the API refuses every list, the last one so: {why}");
            return isNew;
        }
    }

    public void Served(FeedKey feed)
    {
        lock (_lock)
        {
            _refused.Remove(feed);
            if (!feed.IsIncidents) health.Set(Part(feed.Scope), null);
        }
    }

    private static string Part(FeedScope scope) => $"{scope}, all lists";
}
