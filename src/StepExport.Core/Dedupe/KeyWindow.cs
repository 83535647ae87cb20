using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace StepExport.Core.Dedupe;

/// <summary>The keys of the records taken last, in memory.</summary>
/// <remarks>
/// Keys belong to generations; one ends after an eighth of the window, or with an eighth of the keys that are held, and only then are
/// the oldest generations forgotten. A key that comes again moves to the newest generation: what a source lists again and again never
/// expires. One table with a generation per key, because looking into a table per generation was five times as slow
/// (docs/decisions/0014-dedupe-in-the-writer.md). Its time never goes back, so a clock that is set back makes nothing forgotten.
/// One thread adds; <see cref="Count"/> and <see cref="OldestMs"/> may be read from others.
/// </remarks>
internal sealed class KeyWindow(DedupeSettings settings)
{
    private const int Generations = 8;

    private readonly Dictionary<DedupeKey, byte> _keys = [];
    private readonly Queue<Generation> _generations = new();
    private readonly long _windowMs = (long)settings.Window.TotalMilliseconds;
    private Generation _newest = new(0, long.MinValue);
    private long _nowMs = long.MinValue;
    private long _oldestMs;
    private int _count;

    /// <summary>Keys held.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>No key that came at this time or later has been forgotten for its age, milliseconds since 1970; 0 while there are none.</summary>
    public long OldestMs => Volatile.Read(ref _oldestMs);

    /// <summary>Lets time pass: begins a generation when the newest has ended, and forgets the oldest.</summary>
    /// <returns>True when keys have been forgotten: those from before <see cref="OldestMs"/>.</returns>
    public bool Advance(long nowMs)
    {
        _nowMs = Math.Max(_nowMs, nowMs);
        if (_generations.Count > 0 && _nowMs - _newest.StartMs < _windowMs / Generations && _newest.Added < settings.MaxEntries / Generations) return false;
        var before = _generations.Count;
        var forgotten = before > 0 && Forget();
        _newest = new((byte)(_newest.Id + 1), _nowMs);
        _generations.Enqueue(_newest);
        Volatile.Write(ref _oldestMs, _generations.Peek().StartMs);
        return forgotten;
    }

    /// <summary>Whether the key is held.</summary>
    /// <param name="key">The key.</param>
    /// <param name="touched">It was in an older generation, and has moved to the newest.</param>
    public bool Contains(DedupeKey key, out bool touched)
    {
        ref var generation = ref CollectionsMarshal.GetValueRefOrNullRef(_keys, key);
        touched = false;
        if (Unsafe.IsNullRef(ref generation)) return false;
        touched = Move(ref generation);
        return true;
    }

    /// <summary>Adds a key as of the time of the last <see cref="Advance"/>.</summary>
    public void Add(DedupeKey key)
    {
        ref var generation = ref CollectionsMarshal.GetValueRefOrAddDefault(_keys, key, out var held);
        if (held)
        {
            Move(ref generation);
            return;
        }

        generation = _newest.Id;
        _newest.Keys++;
        _newest.Added++;
        _newest.LastMs = _nowMs;
        Volatile.Write(ref _count, _keys.Count);
    }

    private bool Move(ref byte generation)
    {
        if (generation == _newest.Id) return false;
        foreach (var older in _generations)
        {
            if (older.Id == generation) older.Keys--;
        }

        generation = _newest.Id;
        _newest.Keys++;
        _newest.LastMs = _nowMs;
        return true;
    }

    /// <summary>Forgets what is older than the window, and the oldest while there are too many.</summary>
    private bool Forget()
    {
        Span<bool> forgotten = stackalloc bool[byte.MaxValue + 1];
        var left = _keys.Count;
        var any = false;
        while (_generations.TryPeek(out var oldest)
            && (oldest.LastMs < _nowMs - _windowMs || oldest.Keys == 0 || (left > settings.MaxEntries && oldest != _newest)))
        {
            any = true;
            left -= oldest.Keys;
            forgotten[oldest.Id] = true;
            _generations.Dequeue();
        }

        // All of them are listed again and again, and yet there are too many.
        var excess = Math.Max(left - settings.MaxEntries, 0);
        if (left - excess == _keys.Count) return any;
        foreach (var (key, generation) in _keys)
        {
            if (!forgotten[generation] && excess-- <= 0) continue;
            _keys.Remove(key);
            if (!forgotten[generation]) _newest.Keys--;
        }

        Volatile.Write(ref _count, _keys.Count);
        return any;
    }

    private sealed class Generation(byte id, long startMs)
    {
        public byte Id => id;

        public long StartMs { get; } = startMs;

        /// <summary>When a key was last added or touched.</summary>
        public long LastMs { get; set; } = startMs;

        /// <summary>Keys that are in this generation now.</summary>
        public int Keys { get; set; }

        /// <summary>Keys that were new when they were added to it.</summary>
        public int Added { get; set; }
    }
}
