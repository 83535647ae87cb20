using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;

namespace StepExport.Testing.StepSecurity;

/// <summary>A clock that a test moves by hand, and that knows who waits on it for how long.</summary>
internal sealed class TrackedTime() : FakeTimeProvider(new DateTimeOffset(2026, 7, 22, 12, 0, 0, TimeSpan.Zero))
{
    private readonly ConcurrentDictionary<TrackedTimer, TimeSpan> _timers = [];

    public int Waiting(TimeSpan due) => _timers.Values.Count(wait => wait == due);

    /// <summary>Completes when so many wait for exactly that long.</summary>
    public async Task WhenWaitingAsync(TimeSpan due, int count = 1)
    {
        using var tooLong = new CancellationTokenSource(Hangs.After);
        while (Waiting(due) < count)
        {
            if (tooLong.IsCancellationRequested) throw new TimeoutException($"{count} should wait for {due}; there are {string.Join(", ", _timers.Values)}");
            await Task.Delay(1, CancellationToken.None);
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new TrackedTimer(base.CreateTimer(callback, state, dueTime, period), gone => _timers.TryRemove(gone, out _));
        _timers[timer] = dueTime;
        return timer;
    }

    private sealed class TrackedTimer(ITimer timer, Action<TrackedTimer> onDispose) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(dueTime, period);

        public void Dispose()
        {
            onDispose(this);
            timer.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            onDispose(this);
            return timer.DisposeAsync();
        }
    }
}
