namespace StepExport.Testing;

/// <summary>The real clock, so many times as fast: what takes seconds by it takes milliseconds of a test.</summary>
internal sealed class SwiftTime(int factor) : TimeProvider
{
    private readonly DateTimeOffset _start = System.GetUtcNow();
    private readonly long _startStamp = System.GetTimestamp();

    public override long GetTimestamp() => (System.GetTimestamp() - _startStamp) * factor;

    public override DateTimeOffset GetUtcNow() => _start + (System.GetElapsedTime(_startStamp) * factor);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, Shorter(dueTime), Shorter(period));

    private TimeSpan Shorter(TimeSpan time) => time > TimeSpan.Zero ? time / factor : time;
}
