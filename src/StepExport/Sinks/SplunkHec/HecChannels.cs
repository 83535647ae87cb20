namespace StepExport.Sinks.SplunkHec;

/// <summary>The channels of one token on one endpoint: one that is sent on, and older ones whose requests are still waited for.
/// Thread-safe.</summary>
internal sealed class HecChannels(HecClient client, HecToken token, HecAckPolicy policy, CancellationToken stop)
{
    private readonly Lock _lock = new();
    private readonly List<HecChannel> _older = [];
    private volatile HecChannel? _current;

    /// <summary>The channel to send on with this authorization.</summary>
    public HecChannel For(string authorization)
    {
        if (_current is { IsOpen: true } channel && channel.Authorization == authorization) return channel;
        lock (_lock)
        {
            if (_current is { IsOpen: true } renewed && renewed.Authorization == authorization) return renewed;
            if (_current is not null)
            {
                // With another token it would stay open for ever.
                _current.Close();
                Keep(_current);
            }

            return _current = new(client, authorization, policy, token.Renew, stop);
        }
    }

    /// <summary>Begins to wait for the acknowledgement of a request.</summary>
    /// <param name="request">As begun on <paramref name="sentOn"/>.</param>
    /// <param name="sentOn">From <see cref="For"/>.</param>
    /// <param name="answeredOn">From <see cref="HecChannel.Answered"/>.</param>
    /// <param name="id">From the answer.</param>
    public Task<AckOutcome> Await(HecUnderWay request, HecChannel sentOn, HecChannel answeredOn, long id)
    {
        if (answeredOn == sentOn) return sentOn.Await(id, request.Floor);
        var acknowledged = answeredOn.Await(id, floor: -1);
        lock (_lock) Keep(answeredOn);
        return acknowledged;
    }

    /// <summary>Completes when nobody asks for acknowledgements any more: soon after <c>stop</c>.</summary>
    public Task WhenQuietAsync()
    {
        lock (_lock) return Task.WhenAll(_older.Append(_current).Select(c => c?.Polling ?? Task.CompletedTask));
    }

    private void Keep(HecChannel older)
    {
        _older.RemoveAll(c => !c.IsOpen && c.Polling is null or { IsCompletedSuccessfully: true });
        _older.Add(older);
    }
}
