using StepExport.Core.Delivery;
using StepExport.Core.Telemetry;

namespace StepExport.Testing.Delivery;

/// <summary>A sink whose spools do what the test says and end in a bucket. Thread-safe.</summary>
/// <param name="bucket">Where <see cref="ScriptedSpool.Put"/> writes.</param>
/// <param name="script">Given the spool, the number of the send (from 1) and the runner's token.</param>
internal sealed class ScriptedSpoolingSink(Bucket bucket, Func<ScriptedSpool, int, CancellationToken, Task<SendResult>> script) : ISpoolingSink
{
    private readonly Lock _lock = new();
    private readonly List<ScriptedSpool> _spools = [];
    private int _alive;
    private int _sends;
    private int _sending;

    public ScriptedSpoolingSink(Bucket bucket)
        : this(bucket, (spool, _, _) => Task.FromResult(spool.Put()))
    {
    }

    public Bucket Bucket => bucket;

    /// <summary>Called before a record is written to a spool; may throw.</summary>
    public Action<ScriptedSpool> BeforeFlush { get; set; } = _ => { };

    /// <summary>Whether a spool takes the record with this sequence; not asked for its first one.</summary>
    public Func<ScriptedSpool, long, bool> HasRoom { get; init; } = (_, _) => true;

    /// <summary>Called when a spool has been removed; may throw.</summary>
    public Action AfterRemoval { get; init; } = () => { };

    /// <summary>Every spool there was, in the order of opening.</summary>
    public IReadOnlyList<ScriptedSpool> Spools
    {
        get
        {
            lock (_lock) return [.. _spools];
        }
    }

    /// <summary>Spools that have not been disposed of.</summary>
    public int Alive
    {
        get
        {
            lock (_lock) return _alive;
        }
    }

    public int MostAlive { get; private set; }

    /// <summary>Sends that have not returned.</summary>
    public int Sending => Volatile.Read(ref _sending);

    public ISpool OpenSpool(bool replayed)
    {
        lock (_lock)
        {
            var spool = new ScriptedSpool(this, replayed);
            _spools.Add(spool);
            MostAlive = Math.Max(MostAlive, ++_alive);
            return spool;
        }
    }

    public async Task<SendResult> SendAsync(ScriptedSpool spool, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _sending);
        try
        {
            return await script(spool, Interlocked.Increment(ref _sends), cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _sending);
        }
    }

    public void Removed()
    {
        lock (_lock) _alive--;
        AfterRemoval();
    }

    public ValueTask<SendResult> SendAsync(Batch batch, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("a batch in memory for a sink that spools");

    public Task<CheckResult> CheckAsync(CancellationToken cancellationToken) => Task.FromResult(new CheckResult(true, "scripted"));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
