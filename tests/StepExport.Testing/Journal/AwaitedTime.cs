using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace StepExport.Testing.Journal;

/// <summary>A clock that a test moves by hand, and that tells when someone has begun to wait on it.</summary>
internal sealed class AwaitedTime : FakeTimeProvider
{
    private readonly Channel<bool> _timers = Channel.CreateBounded<bool>(1_000);

    /// <summary>Completes once per timer: whoever created it now sleeps until the test moves the clock.</summary>
    public async Task TimerCreatedAsync(CancellationToken cancellationToken) => await _timers.Reader.ReadAsync(cancellationToken);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        _timers.Writer.TryWrite(true);
        return timer;
    }
}
