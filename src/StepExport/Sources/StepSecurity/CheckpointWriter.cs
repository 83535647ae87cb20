using StepExport.Core.Ingest;

namespace StepExport.Sources.StepSecurity;

/// <summary>Makes the source's progress durable a while after it moved: many lists move at the same time, and each write has all of them.</summary>
internal sealed class CheckpointWriter(Ingress ingress, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private readonly SemaphoreSlim _moved = new(0);
    private int _pending;

    /// <summary>Something moved. Thread-safe.</summary>
    public void Moved()
    {
        if (Interlocked.Exchange(ref _pending, 1) == 0) _moved.Release();
    }

    /// <summary>Writes what moves.</summary>
    /// <param name="end">Ends it, between two writes: one that was given up would fail the next one. Cancelled when it fails.</param>
    /// <param name="stop">Ends a write, too; there is no next one then.</param>
    /// <exception cref="IOException">The journal failed.</exception>
    public async Task RunAsync(CancellationTokenSource end, CancellationToken stop)
    {
        try
        {
            while (true)
            {
                await _moved.WaitAsync(end.Token);
                await WriteAsync(stop);
                await Task.Delay(Pause, time, end.Token);
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The feeds have ended
        }
        catch
        {
            await end.CancelAsync();
            throw;
        }
    }

    /// <summary>Writes now; never beside <see cref="RunAsync"/>.</summary>
    public async ValueTask WriteAsync(CancellationToken stop)
    {
        // Before the positions are read: what moves meanwhile is written next time
        Interlocked.Exchange(ref _pending, 0);
        await ingress.FlushAsync(stop);
    }

    public void Dispose() => _moved.Dispose();
}
