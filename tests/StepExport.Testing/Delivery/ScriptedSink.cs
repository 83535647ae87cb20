using StepExport.Core.Delivery;
using StepExport.Core.Telemetry;

namespace StepExport.Testing.Delivery;

/// <summary>A destination that does what the test says, and remembers every send. Thread-safe.</summary>
/// <param name="script">Given the batch, the number of the send (from 1) and the runner's token.</param>
internal sealed class ScriptedSink(Func<Batch, int, CancellationToken, Task<SendResult>> script) : ISink
{
    private readonly Lock _lock = new();
    private readonly List<long[]> _sends = [];
    private readonly List<long> _delivered = [];
    private int _sending;

    public ScriptedSink(Func<Batch, int, SendResult> script)
        : this((batch, send, _) => Task.FromResult(script(batch, send)))
    {
    }

    /// <summary>Sequences of every send, in the order the sends began.</summary>
    public IReadOnlyList<long[]> Sends
    {
        get
        {
            lock (_lock) return [.. _sends];
        }
    }

    /// <summary>Sequences that this destination has taken, in order.</summary>
    public IReadOnlyList<long> Delivered
    {
        get
        {
            lock (_lock) return [.. _delivered];
        }
    }

    /// <summary>Most sends at the same time.</summary>
    public int MostAtOnce { get; private set; }

    /// <summary>Sends that have not returned.</summary>
    public int Sending => Volatile.Read(ref _sending);

    public static ScriptedSink TakesEverything() => new((_, _) => SendResult.Delivered);

    public async ValueTask<SendResult> SendAsync(Batch batch, CancellationToken cancellationToken)
    {
        int send;
        lock (_lock)
        {
            _sends.Add(Sequences(batch));
            send = _sends.Count;
            MostAtOnce = Math.Max(MostAtOnce, Interlocked.Increment(ref _sending));
        }

        try
        {
            var result = await script(batch, send, cancellationToken);
            Remember(batch, result);
            return result;
        }
        finally
        {
            Interlocked.Decrement(ref _sending);
        }
    }

    public Task<CheckResult> CheckAsync(CancellationToken cancellationToken) => Task.FromResult(new CheckResult(true, "scripted"));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static long[] Sequences(Batch batch)
    {
        var sequences = new long[batch.Count];
        for (var i = 0; i < batch.Count; i++) sequences[i] = batch[i].Sequence;
        return sequences;
    }

    private void Remember(Batch batch, SendResult result)
    {
        lock (_lock)
        {
            for (var i = 0; i < batch.Count; i++)
            {
                if ((result.Records?[i] ?? result.Outcome) == RecordOutcome.Delivered) _delivered.Add(batch[i].Sequence);
            }
        }
    }
}
