using StepExport.Core.Dedupe;

namespace StepExport.Tests.Dedupe;

/// <summary>What is remembered and what is forgotten, by time and by count.</summary>
public sealed class KeyWindowTests
{
    private const long Hour = 3_600_000;
    private const long Start = 1_000_000 * Hour;

    private readonly KeyWindow _window = new(new() { Path = "", Window = TimeSpan.FromHours(8), MaxEntries = 80 });

    [Fact]
    public void A_key_is_known_for_the_window_and_at_most_an_eighth_longer()
    {
        Add(Start, 1);
        Assert.True(Knows(Start + (8 * Hour), 1, touch: false));
        Assert.False(Knows(Start + (9 * Hour) + 1, 1));
        Assert.Equal(0, _window.Count);
    }

    [Fact]
    public void A_key_that_comes_again_and_again_never_expires()
    {
        for (var hour = 0; hour < 100; hour += 5) Assert.Equal(hour > 0, AddUnlessKnown(Start + (hour * Hour), 1));
        Assert.Equal(1, _window.Count);
    }

    [Fact]
    public void A_touch_is_told_once_per_generation()
    {
        Add(Start, 1);
        Assert.Equal((true, false), Ask(Start, 1));
        Assert.Equal((true, true), Ask(Start + Hour, 1));
        Assert.Equal((true, false), Ask(Start + Hour, 1));
    }

    [Fact]
    public void Too_many_keys_push_out_the_oldest()
    {
        for (var i = 0; i < 1000; i++)
        {
            Add(Start, i);
            Assert.InRange(_window.Count, Math.Min(i + 1, 80), 90);
        }

        Assert.All(Enumerable.Range(920, 80), i => Assert.True(_window.Contains(Key(i), out _)));
        Assert.All(Enumerable.Range(0, 910), i => Assert.False(_window.Contains(Key(i), out _)));
    }

    [Fact]
    public void Too_many_keys_that_all_come_again_and_again_stay_within_the_bound()
    {
        for (var i = 0; i < 1000; i++)
        {
            Add(Start + i, i);
            for (var again = 0; again <= i; again++) _window.Contains(Key(again), out _);
            Assert.InRange(_window.Count, Math.Min(i + 1, 80), 90);
        }
    }

    [Fact]
    public void A_clock_that_is_set_back_makes_nothing_forgotten()
    {
        Add(Start, 1);
        Add(Start + (2 * Hour), 2);
        Add(Start - (1000 * Hour), 3);
        Add(Start + (3 * Hour), 4);
        Assert.All(Enumerable.Range(1, 4), i => Assert.True(_window.Contains(Key(i), out _)));
        Assert.Equal(Start, _window.OldestMs);
    }

    [Fact]
    public void Advancing_tells_when_something_was_forgotten_and_from_when_on_all_is_known()
    {
        Add(Start, 1);
        Assert.False(_window.Advance(Start + (4 * Hour)));
        _window.Add(Key(2));
        Assert.Equal(Start, _window.OldestMs);
        Assert.True(_window.Advance(Start + (9 * Hour)));
        Assert.Equal(Start + (4 * Hour), _window.OldestMs);
        Assert.Equal(1, _window.Count);
    }

    /// <summary>Against a plain list of when each key came last: never forgotten too early, by age or by number.</summary>
    [Fact]
    public void Nothing_that_should_be_known_is_forgotten()
    {
        var random = new Random(5);
        for (var run = 0; run < 200; run++)
        {
            var window = new KeyWindow(new() { Path = "", Window = TimeSpan.FromMilliseconds(80), MaxEntries = 80 });
            var (last, now) = (new Dictionary<int, long>(), 0L);
            for (var step = 0; step < 500; step++)
            {
                now += random.Next(4) == 0 ? random.Next(12) : 0;
                window.Advance(now);
                var key = random.Next(run + 5);
                var recent = last.Count(other => other.Value >= last.GetValueOrDefault(key));
                var mustKnow = last.TryGetValue(key, out var at) && at >= now - 80 + 10 && recent <= 40;
                var knows = window.Contains(Key(key), out _);
                Assert.True(knows || !mustKnow, $"run {run}, step {step}");
                Assert.False(knows && !last.ContainsKey(key));
                if (!knows) window.Add(Key(key));
                last[key] = now;
            }
        }
    }

    private static DedupeKey Key(int number) => new((ulong)number, 7);

    private void Add(long atMs, int number)
    {
        _window.Advance(atMs);
        _window.Add(Key(number));
    }

    private (bool Known, bool Touched) Ask(long atMs, int number)
    {
        _window.Advance(atMs);
        return (_window.Contains(Key(number), out var touched), touched);
    }

    private bool Knows(long atMs, int number, bool touch = true)
    {
        if (touch) _window.Advance(atMs);
        return _window.Contains(Key(number), out _);
    }

    private bool AddUnlessKnown(long atMs, int number)
    {
        _window.Advance(atMs);
        if (_window.Contains(Key(number), out _)) return true;
        _window.Add(Key(number));
        return false;
    }
}
