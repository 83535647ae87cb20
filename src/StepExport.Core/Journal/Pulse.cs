namespace StepExport.Core.Journal;

/// <summary>Wakes whoever waits for the next beat. Take <see cref="Next"/> before looking at the state it announces, then no beat is missed.</summary>
internal sealed class Pulse
{
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Next => Volatile.Read(ref _next).Task;

    public void Beat() =>
        Interlocked.Exchange(ref _next, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
}
