using Microsoft.Extensions.Logging;
using StepExport.Core.Telemetry;

namespace StepExport.Core.Dedupe;

/// <summary>Recognises records that were taken before. The journal's writer asks it, so that the order of questions is the order in
/// which records become durable, and no two submissions can race (docs/decisions/0014-dedupe-in-the-writer.md).</summary>
/// <remarks>
/// A start: <see cref="Load"/>, <see cref="Apply"/> for what the journal holds behind it, <see cref="Start"/>. Then, per group of
/// submissions: <see cref="BeginGroup"/>, questions, and once the group is fsynced <see cref="Add"/> and <see cref="KeepAsync"/>: a
/// key counts as seen only when its record is durable.
/// </remarks>
internal sealed class Deduplicator(DedupeSettings settings, ISeenStore store, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    private readonly KeyWindow _window = new(settings);
    private readonly HashSet<DedupeKey> _group = [];
    private readonly List<DedupeKey> _news = [];
    private readonly Queue<SeenBlock> _backlog = new();
    private SeenWriter? _writer;
    private long _forgetBeforeMs;
    private long _nowMs;

    /// <summary>Opens or creates the store.</summary>
    /// <exception cref="IOException">It cannot be opened, or was written by a newer version of the program.</exception>
    public static Deduplicator Open(DedupeSettings settings, TimeProvider time, ILoggerFactory loggers)
    {
        var logger = loggers.CreateLogger<Deduplicator>();
        return new(settings, SeenStore.Open(settings.Path, time, logger), time, logger);
    }

    /// <summary>The keys of all records up to this sequence are in the store; the journal keeps what is behind it.</summary>
    public long Applied => _writer?.Applied ?? 0;

    public DedupeStatus Status => new(_window.Count, _window.OldestMs, _writer?.Trouble);

    /// <summary>Reads what the store holds.</summary>
    /// <param name="durableSequence">Where the journal ends.</param>
    /// <returns>The sequence behind which the journal's records have to be applied.</returns>
    /// <exception cref="IOException">The disk failed.</exception>
    public long Load(long durableSequence)
    {
        var applied = 0L;
        var whole = store.TryLoad(durableSequence, block =>
        {
            Remember(block.Keys.Span, block.AtMs);
            applied = block.LastSequence;
        });
        return whole ? applied : 0;
    }

    /// <summary>Takes over keys of records that the journal holds and the store does not.</summary>
    public void Apply(DedupeKey[] keys, long lastSequence, long appendedAtMs)
    {
        Remember(keys, appendedAtMs);
        _backlog.Enqueue(new(lastSequence, appendedAtMs, keys));
    }

    /// <summary>Everything durable has been applied: from now on the store follows.</summary>
    /// <param name="durableSequence">Where the journal ends.</param>
    /// <param name="applied">Called, on another thread, whenever <see cref="Applied"/> has moved.</param>
    public void Start(long durableSequence, Action applied)
    {
        var upToDate = _backlog.Count == 0;
        // The last records may be unreadable: there is nothing more to apply of them.
        if (!upToDate) _backlog.Enqueue(new(durableSequence, _nowMs, default));
        _writer = new(store, upToDate ? durableSequence : 0, _backlog, applied, time, logger);
    }

    /// <summary>A new group is gathered.</summary>
    public void BeginGroup()
    {
        _group.Clear();
        Advance(time.GetUtcNow().ToUnixTimeMilliseconds());
    }

    /// <summary>Whether the group holds one of the keys already: only when it is durable is it known what becomes of the second.</summary>
    public bool IsInGroup(ReadOnlySpan<DedupeKey> keys)
    {
        if (_group.Count == 0) return false;
        foreach (var key in keys)
        {
            if (_group.Contains(key)) return true;
        }

        return false;
    }

    /// <summary>Joins a submission's keys to the group, and finds those that have been seen, in the submission itself too.</summary>
    /// <param name="keys">The submission's.</param>
    /// <param name="seen">Gets their places among <paramref name="keys"/>, ascending.</param>
    public void Join(ReadOnlySpan<DedupeKey> keys, List<int> seen)
    {
        for (var i = 0; i < keys.Length; i++)
        {
            if (_window.Contains(keys[i], out var touched)) seen.Add(i);
            else if (!_group.Add(keys[i])) seen.Add(i);
            if (touched) _news.Add(keys[i]);
        }
    }

    /// <summary>The records of these keys are durable.</summary>
    public void Add(ReadOnlySpan<DedupeKey> keys)
    {
        foreach (var key in keys) _window.Add(key);
        _news.AddRange(keys);
    }

    /// <summary>Hands what is new to the store; waits while it has more than enough to do, or cannot do it.</summary>
    /// <param name="durableSequence">Where the journal ends.</param>
    /// <param name="cancellationToken">Gives up waiting: what is new is then found in the journal at the next start.</param>
    public ValueTask KeepAsync(long durableSequence, CancellationToken cancellationToken)
    {
        if (_news.Count == 0) return default;
        var block = new SeenBlock(durableSequence, _nowMs, _news.ToArray()) { ForgetBeforeMs = _forgetBeforeMs };
        _news.Clear();
        _forgetBeforeMs = 0;
        return _writer!.AddAsync(block, cancellationToken);
    }

    /// <summary>Writes what can be written at once, and lets go of the store.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_writer is not null) await _writer.DisposeAsync();
        store.Dispose();
    }

    private void Remember(ReadOnlySpan<DedupeKey> keys, long atMs)
    {
        Advance(atMs);
        foreach (var key in keys) _window.Add(key);
    }

    private void Advance(long nowMs)
    {
        _nowMs = Math.Max(_nowMs, nowMs);
        if (_window.Advance(nowMs)) _forgetBeforeMs = _window.OldestMs;
    }
}
