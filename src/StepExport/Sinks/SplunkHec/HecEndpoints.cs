using StepExport.Http;

namespace StepExport.Sinks.SplunkHec;

/// <summary>The endpoints of one sink: those that are well take turns, the others are left out until their health page or a
/// delivery shows that they are well again. Thread-safe.</summary>
/// <remarks>When none is well all take turns, at the pace of the runner's gate, so that nothing depends on the health pages.
/// The only endpoint of a sink is never left out; its state is shown and nothing more.</remarks>
internal sealed partial class HecEndpoints(IReadOnlyList<HecTarget> all, TimeProvider time, ILogger log) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly List<Task> _watches = [];
    private uint _next;

    public IReadOnlyList<HecTarget> All => all;

    /// <summary>The endpoint for the next request.</summary>
    public HecTarget Pick()
    {
        if (all.Count == 1) return all[0];
        var turn = Interlocked.Increment(ref _next);
        for (var i = 0u; i < all.Count; i++)
        {
            var target = all[(int)((turn + i) % (uint)all.Count)];
            if (target.Health.IsUp) return target;
        }

        return all[(int)(turn % (uint)all.Count)];
    }

    /// <summary>A request to an endpoint failed.</summary>
    /// <returns>True when another one is well, so that the batch can go there at once.</returns>
    public bool Failed(HecTarget target, HecFault fault, string reason)
    {
        if (target.Health.Failed(fault, time.GetTimestamp()) && all.Count > 1) LeaveOut(target, reason);
        return fault != HecFault.None && all.Any(other => other != target && other.Health.IsUp);
    }

    /// <summary>A batch was delivered by a request that began at this timestamp.</summary>
    public void Delivered(HecTarget target, long startedAt)
    {
        if (target.Health.Delivered(startedAt) && all.Count > 1) Log.TakenBack(log, target.Client.Endpoint.Authority);
    }

    public async ValueTask DisposeAsync()
    {
        Task[] watches;
        await _stop.CancelAsync();
        lock (_lock) watches = [.. _watches];
        await Task.WhenAll(watches);
        foreach (var target in all) await target.DisposeAsync();
        _stop.Dispose();
    }

    private void LeaveOut(HecTarget target, string reason)
    {
        Log.LeftOut(log, target.Client.Endpoint.Authority, reason);
        lock (_lock)
        {
            _watches.RemoveAll(w => w.IsCompletedSuccessfully);
            if (!_stop.IsCancellationRequested) _watches.Add(Task.Run(() => WatchAsync(target), CancellationToken.None));
        }
    }

    /// <summary>Looks at the health page, less and less often, until the endpoint takes part again.</summary>
    private async Task WatchAsync(HecTarget target)
    {
        try
        {
            for (var attempt = 0; !target.Health.IsUp; attempt++)
            {
                await Task.Delay(target.Health.NextWait(attempt), time, _stop.Token);
                if (target.Health.IsUp || !await IsWellAsync(target.Client)) continue;
                if (target.Health.TakeBack()) Log.TakenBack(log, target.Client.Endpoint.Authority);
                return;
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The sink is being closed.
        }
    }

    /// <summary>Whatever answers, and does not say that it is unwell, may try again: some receivers have no health page, and the
    /// next request shows more than any page.</summary>
    private async Task<bool> IsWellAsync(HecClient client)
    {
        try
        {
            return (await client.GetHealthAsync(_stop.Token)).Status < 500;
        }
        catch (Exception e) when (HttpTrouble.IsExpected(e, _stop.Token))
        {
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "{Endpoint} is left out until it is well again: {Reason}")]
        public static partial void LeftOut(ILogger logger, string endpoint, string reason);

        [LoggerMessage(LogLevel.Information, "{Endpoint} takes part again")]
        public static partial void TakenBack(ILogger logger, string endpoint);
    }
}
