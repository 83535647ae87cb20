using Microsoft.Extensions.Time.Testing;

namespace StepExport.Tests.Testing.SplunkHec;

/// <summary>The protocol to the letter and nothing besides: one request at a time, one clock that moves when there is something to
/// wait for. Measures the double, so it shares nothing with the sink.</summary>
internal sealed class HonestSender(HecConversation hec, FakeTimeProvider time)
{
    private const int BatchSize = 5;

    private readonly List<Pending> _pending = [];
    private readonly Queue<string[]> _queue = [];
    private string _channel = Guid.NewGuid().ToString();

    /// <summary>Not to the letter: counts a 200 as delivered.</summary>
    public bool TrustsThe200 { get; init; }

    /// <summary>How long it waits for an acknowledgement before it sends again.</summary>
    public required TimeSpan Patience { get; init; }

    public HashSet<string> Delivered { get; } = [];

    public HashSet<string> Rejected { get; } = [];

    public int Requests { get; private set; }

    public async Task SendAsync(IEnumerable<string> uids)
    {
        foreach (var batch in uids.Chunk(BatchSize)) _queue.Enqueue(batch);
        while (_queue.Count > 0 || _pending.Count > 0)
        {
            for (var i = 0; i < 4 && _queue.TryDequeue(out var batch); i++) await SendAsync(batch);
            time.Advance(TimeSpan.FromSeconds(10));
            if (_pending.Count > 0) await PollAsync();
        }
    }

    private async Task SendAsync(string[] batch)
    {
        if (await TryAsync(() => hec.PostAsync("/services/collector/event", HecConversation.Events(batch), _channel)) is not { } heard)
        {
            _queue.Enqueue(batch);
            return;
        }

        switch (heard.Verdict)
        {
            case (200, 0 or 24 or 25) when TrustsThe200:
                Delivered.UnionWith(batch);
                break;

            case (200, 0 or 24 or 25):
                _pending.Add(new(heard.AckId!.Value, batch, time.GetUtcNow()));
                break;

            case (400, 6 or 7 or 12 or 13 or 15) when heard.InvalidEvent is { } number:
                var offender = heard.Verdict.Code == 7 ? number - 1 : number;
                Rejected.Add(batch[offender]);
                // There is no ack id for what stands before the offender, so that a promise is all there is: it goes again.
                if (batch.Length > 1) _queue.Enqueue([.. batch[..offender], .. batch[(offender + 1)..]]);
                break;

            case (413, _):
                _queue.Enqueue(batch[..(batch.Length / 2)]);
                _queue.Enqueue(batch[(batch.Length / 2)..]);
                break;

            default:
                _queue.Enqueue(batch);
                break;
        }
    }

    private async Task PollAsync()
    {
        var body = $$"""{"acks":[{{string.Join(',', _pending.Select(p => p.AckId))}}]}""";
        var heard = await TryAsync(() => hec.PostAsync("/services/collector/ack", body, _channel));
        if (heard is { Status: 200 } && heard.Text.StartsWith("{\"acks\"", StringComparison.Ordinal))
        {
            foreach (var pending in _pending.Where(p => heard.Json.GetProperty("acks").GetProperty($"{p.AckId}").GetBoolean()).ToArray())
            {
                Delivered.UnionWith(pending.Batch);
                _pending.Remove(pending);
            }
        }

        foreach (var pending in _pending.Where(p => time.GetUtcNow() - p.Since >= Patience).ToArray())
        {
            _queue.Enqueue(pending.Batch);
            _pending.Remove(pending);
        }
    }

    /// <summary>A new cookie says that the session has moved: what is pending can never be acknowledged and goes again on a new channel.</summary>
    private async Task<HecHeard?> TryAsync(Func<Task<HecHeard>> ask)
    {
        Requests++;
        try
        {
            var heard = await ask();
            if (heard.SetCookie is null) return heard;
            hec.Cookie = heard.SetCookie;
            foreach (var pending in _pending) _queue.Enqueue(pending.Batch);
            _pending.Clear();
            return heard;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private sealed record Pending(int AckId, string[] Batch, DateTimeOffset Since);
}
