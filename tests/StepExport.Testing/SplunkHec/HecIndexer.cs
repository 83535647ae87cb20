namespace StepExport.Testing.SplunkHec;

/// <summary>One indexer: its channels, each with ack ids from 0 on. Not thread-safe.</summary>
internal sealed class HecIndexer
{
    private readonly Dictionary<Guid, Channel> _channels = [];

    /// <summary>Requests on the channel that were not acknowledged yet.</summary>
    public int Pending(Guid channel) => _channels.TryGetValue(channel, out var found) ? found.Pending.Count : 0;

    /// <returns>The request's ack id.</returns>
    public long Await(Guid channel, HecParcel parcel)
    {
        if (!_channels.TryGetValue(channel, out var found)) _channels.Add(channel, found = new());
        found.Pending.Add(found.NextId, parcel);
        return found.NextId++;
    }

    /// <summary>Answers for every id; what is answered true is forgotten.</summary>
    /// <returns>The answer, and what it confirms.</returns>
    public (SortedDictionary<long, bool> Acks, List<HecParcel> Confirmed) Poll(Guid channel, IReadOnlyList<long> ids)
    {
        var acks = new SortedDictionary<long, bool>();
        var confirmed = new List<HecParcel>();
        var pending = _channels.GetValueOrDefault(channel)?.Pending;
        foreach (var id in ids)
        {
            // An id named twice in one request is still one id.
            if (acks.ContainsKey(id)) continue;
            acks[id] = pending is not null && pending.TryGetValue(id, out var parcel) && parcel.Poll();
            if (acks[id] && pending!.Remove(id, out var acknowledged)) confirmed.Add(acknowledged);
        }

        return (acks, confirmed);
    }

    /// <summary>Goes down and comes back: what was not indexed yet is lost, and ids count from 0 again.</summary>
    public void Restart()
    {
        foreach (var parcel in _channels.Values.SelectMany(c => c.Pending.Values)) parcel.Lose();
        _channels.Clear();
    }

    /// <summary>The sender cannot reach the channel any more: nothing on it is acknowledged, though what was accepted is indexed.</summary>
    public void Abandon(Guid channel)
    {
        if (!_channels.Remove(channel, out var abandoned)) return;
        foreach (var parcel in abandoned.Pending.Values) parcel.Abandon();
    }

    public void AbandonAll()
    {
        foreach (var channel in _channels.Keys.ToArray()) Abandon(channel);
    }

    private sealed class Channel
    {
        public long NextId { get; set; }

        public Dictionary<long, HecParcel> Pending { get; } = [];
    }
}
