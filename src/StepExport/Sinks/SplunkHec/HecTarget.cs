using System.Collections.Concurrent;

namespace StepExport.Sinks.SplunkHec;

/// <summary>One endpoint at work: its connections, its health, its channels. Thread-safe.</summary>
internal sealed class HecTarget(HecClient client, HecTargetHealth health, HecAckPolicy policy) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<HecToken, HecChannels> _channels = new();
    private readonly CancellationTokenSource _stop = new();
    private long _requests;
    private int _nearlyFull;

    public HecClient Client => client;

    public HecTargetHealth Health => health;

    /// <summary>Requests sent to it, whatever came of them.</summary>
    public long Requests => Volatile.Read(ref _requests);

    /// <summary>Its last acceptance came with the hint that its queues are nearly full.</summary>
    /// <returns>True when that is news.</returns>
    public bool SetNearlyFull(bool isSo) => Interlocked.Exchange(ref _nearlyFull, isSo ? 1 : 0) == 0 && isSo;

    /// <summary>The channels for requests with this token.</summary>
    public HecChannels Channels(HecToken token) => _channels.GetOrAdd(token, static (t, self) => self.NewChannels(t), this);

    public void CountRequest() => Interlocked.Increment(ref _requests);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_channels.Values.Select(c => c.WhenQuietAsync()));
        client.Dispose();
        _stop.Dispose();
    }

    private HecChannels NewChannels(HecToken token) => new(client, token, policy, _stop.Token);
}
