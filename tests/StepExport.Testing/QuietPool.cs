namespace StepExport.Testing;

/// <summary>Knows when nobody in this process has anything to do any more, so that a test may move its clock: whatever has been set
/// off has come as far as it can. Only for tests that nothing runs beside.</summary>
internal static class QuietPool
{
    /// <summary>Milliseconds.</summary>
    private const int Patience = 30_000;

    /// <summary>Who spins for longer keeps a busy processor from those whom he waits for.</summary>
    private const int SpinsAtATime = 16;

    /// <summary>Completes when every thread of the pool but the caller's is idle, and no work is queued.</summary>
    /// <exception cref="TimeoutException">Some thread is busy for half a minute: it would be busy for ever.</exception>
    public static async Task WhenQuietAsync(CancellationToken cancellationToken)
    {
        // Spinning, because a yield would itself wake up other threads to look for work.
        var spin = default(SpinWait);
        for (var round = 1; !IsQuiet(); round++)
        {
            if (round % SpinsAtATime == 0) await Task.Delay(1, cancellationToken);
            else spin.SpinOnce(sleep1Threshold: -1);
            if (round / SpinsAtATime > Patience) throw new TimeoutException("the thread pool does not become quiet");
        }
    }

    /// <summary>Who takes work out of the queue is busy before and until after; so with nobody busy twice and nothing queued between, nobody is at
    /// work.</summary>
    private static bool IsQuiet() => IsIdle() && ThreadPool.PendingWorkItemCount == 0 && IsIdle();

    private static bool IsIdle()
    {
        ThreadPool.GetMaxThreads(out var all, out _);
        ThreadPool.GetAvailableThreads(out var idle, out _);
        return all - idle <= (Thread.CurrentThread.IsThreadPoolThread ? 1 : 0);
    }
}
