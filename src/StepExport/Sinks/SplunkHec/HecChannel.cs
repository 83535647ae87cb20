using StepExport.Http;

namespace StepExport.Sinks.SplunkHec;

/// <summary>One channel of one token on one endpoint: its acknowledgement ids count from 0 and mean nothing anywhere else.
/// Thread-safe.</summary>
/// <remarks>
/// An indexer that takes over or restarts counts from 0 again, and its "true" is about its own requests. So that no such answer
/// is taken for one of ours:
/// an id that is not above those known when its request began, or comes twice, makes the whole channel doubtful;
/// a "true" counts only when the requests that were under way with it are over and have shown nothing of the kind;
/// after a request that may have used up an id unheard nothing more is sent on the channel, and with n of them a "true" for one
/// of its first n ids counts no more: it may be about them, on an indexer that restarted.
/// Another session cookie ends what is pending, but for a "true" that has come already.
/// While ids are pending one loop asks for them; it ends with the last of them.
/// </remarks>
internal sealed class HecChannel(HecClient client, string authorization, HecAckPolicy policy, Func<string, bool> renewToken, CancellationToken stop)
{
    /// <summary>Ids are remembered, so a channel does not live for ever.</summary>
    private const int MostIds = 10_000;

    private readonly Lock _lock = new();
    private readonly HashSet<long> _seen = [];
    private readonly HashSet<HecUnderWay> _underWay = [];
    private readonly HecPendingAcks _pending = new(policy);
    private HecSession _session = new(client.CookieHabits);
    private long _highest = -1;
    private Task? _polling;
    private readonly HashSet<long> _confirmed = [];
    private int _unheard;
    private bool _isBroken;
    private bool _isDoubtful;
    private volatile bool _isClosed;

    public string Id { get; private init; } = Guid.NewGuid().ToString();

    public string Authorization => authorization;

    /// <summary>May be sent on.</summary>
    public bool IsOpen => !_isClosed;

    /// <summary>The asking, or null while nothing is pending.</summary>
    public Task? Polling
    {
        get { lock (_lock) return _polling; }
    }

    /// <summary>Nothing more is sent on it; what is pending may still be acknowledged.</summary>
    public void Close() => _isClosed = true;

    /// <summary>A request goes out on this channel; <see cref="End"/> follows.</summary>
    public HecUnderWay Begin()
    {
        lock (_lock)
        {
            var request = new HecUnderWay(_highest, _session.Header);
            _underWay.Add(request);
            return request;
        }
    }

    /// <summary>The request is over.</summary>
    /// <param name="request">From <see cref="Begin"/>.</param>
    /// <param name="isHeard">False: nobody knows whether it has used up an id.</param>
    public void End(HecUnderWay request, bool isHeard)
    {
        if (!isHeard) Close();
        lock (_lock)
        {
            _underWay.Remove(request);
            if (!isHeard) _unheard++;
        }

        request.Over.TrySetResult();
    }

    /// <summary>A request was answered.</summary>
    /// <returns>The channel to wait on: this one, or one with the same id and the indexer that answered.</returns>
    public HecChannel Answered(HecUnderWay request, IReadOnlyList<string>? setCookies)
    {
        var sign = _session.Observe(request.Cookie, setCookies, out var other);
        if (sign == SessionSign.Moved) Break();
        return other is null ? this : new(client, authorization, policy, renewToken, stop) { Id = Id, _session = other, _isClosed = true };
    }

    /// <summary>Begins to wait for the acknowledgement of a request; called before its <see cref="End"/>.</summary>
    /// <param name="id">From the answer.</param>
    /// <param name="floor">The highest id known on this channel when the request began.</param>
    public Task<AckOutcome> Await(long id, long floor)
    {
        lock (_lock)
        {
            if (_isBroken || id <= floor || !_seen.Add(id))
            {
                _isDoubtful |= !_isBroken;
                BreakCore();
                return Task.FromResult(AckOutcome.Lost);
            }

            _highest = Math.Max(_highest, id);
            if (_seen.Count >= MostIds) Close();
            var ended = _pending.Add(id);
            _polling ??= Task.Run(PollAsync, CancellationToken.None);
            return ended;
        }
    }

    /// <summary>The wait was cancelled.</summary>
    public void Forget(long id)
    {
        lock (_lock) _pending.Forget(id);
    }

    private void Break(bool isDoubtful = false)
    {
        lock (_lock)
        {
            _isDoubtful |= isDoubtful;
            BreakCore();
        }
    }

    /// <summary>Another indexer answers: nothing that is pending can be acknowledged.</summary>
    private void BreakCore()
    {
        Close();
        _isBroken = true;
        foreach (var id in _pending.Ids())
            if (_isDoubtful || !_confirmed.Contains(id)) _pending.End(id, AckOutcome.Lost);
    }

    private async Task PollAsync()
    {
        var pace = new PollPace(policy.PollInitial, policy.PollMax);
        try
        {
            while (NextWait(pace) is { } wait)
            {
                await Task.Delay(wait, policy.Time, stop);
                pace.Asked(await AskAsync());
                lock (_lock) _pending.EndOverdue();
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The sink is being closed.
            Break(isDoubtful: true);
        }
        catch
        {
            // A bug: nobody shall wait for what nobody asks for; the sink's end shows it.
            Break(isDoubtful: true);
            throw;
        }
    }

    private TimeSpan? NextWait(PollPace pace)
    {
        lock (_lock)
        {
            if (_pending.UntilOverdue() is { } left) return left < pace.Interval ? left : pace.Interval;
            _polling = null;
            return null;
        }
    }

    /// <summary>Asks for everything that is pending.</summary>
    /// <returns>How many were acknowledged.</returns>
    private async Task<int> AskAsync()
    {
        var acknowledged = 0;
        long[] pending;
        lock (_lock) pending = _pending.Ids();
        foreach (var ids in pending.Chunk(policy.IdsPerQuestion))
        {
            try
            {
                var cookie = _session.Header;
                var answer = await client.AskAsync(authorization, Id, cookie, ids, stop);
                var sign = _session.Observe(cookie, answer.SetCookies, out _);
                if (sign == SessionSign.Moved) Break();
                else if (sign == SessionSign.Same) acknowledged += await TakeAsync(answer);
            }
            catch (Exception e) when (HttpTrouble.IsExpected(e, stop))
            {
                // No answer acknowledges nothing; the next question comes later, and the ids have their time-out.
                Close();
                break;
            }
        }

        return acknowledged;
    }

    private async Task<int> TakeAsync(HecAckAnswer answer)
    {
        if (answer.Acknowledged is { Count: > 0 } ids)
        {
            lock (_lock) _confirmed.UnionWith(ids);
            await WhenUnderWayIsOverAsync();
            lock (_lock)
            {
                foreach (var id in ids) _pending.End(id, _isDoubtful || id < _unheard ? AckOutcome.Lost : AckOutcome.Acknowledged);
                _confirmed.Clear();
            }

            return ids.Count;
        }

        if (answer.Response is { Status: 400, Code: 14 })
        {
            Close();
            lock (_lock) _pending.EndAll(AckOutcome.SwitchedOff);
        }

        // The channel belongs to the refused token: with another one nobody knows of its ids.
        if (answer.Response.Status is 401 or 403 && renewToken(authorization)) Break();
        return 0;
    }

    private Task WhenUnderWayIsOverAsync()
    {
        lock (_lock) return Task.WhenAll(_underWay.Select(request => request.Over.Task)).WaitAsync(stop);
    }
}

/// <summary>A request that was sent on a channel and is not answered yet.</summary>
/// <param name="floor">The highest id known on the channel when it began: its own is above it.</param>
/// <param name="cookie">Sent with it.</param>
internal sealed class HecUnderWay(long floor, string? cookie)
{
    public long Floor => floor;

    public string? Cookie => cookie;

    public TaskCompletionSource Over { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
