using StepExport.Core.Ingest;
using StepExport.Core.Telemetry;

namespace StepExport.Sources.Stdin;

/// <summary>Reads a stream until its end. What is read is journaled even when asked to stop: it cannot be read again.</summary>
internal sealed class StdinSource(Stream input, int maxEventSize, TimeProvider time) : ISource
{
    /// <summary>How long a detection waits for others to share a submission with.</summary>
    public static readonly TimeSpan Linger = TimeSpan.FromMilliseconds(50);

    /// <summary>How long the journal may take for what is left when asked to stop.</summary>
    public static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(10);

    private readonly DetectionSplitter _splitter = new(maxEventSize);
    private Task<int> _read = Task.FromResult(0);

    public async Task RunAsync(Ingress ingress, CancellationToken stop)
    {
        await Task.Yield();
        using var patience = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        await using var onStop = stop.Register(() => patience.CancelAfter(StopLimit));
        int count;
        do
        {
            count = await ReadAsync(ingress, patience.Token, stop);
            if (count > 0) _splitter.Filled(count);
            else if (!stop.IsCancellationRequested) _splitter.Complete();
            while (_splitter.TryRead(out var item)) await ingress.AddAsync(item, "stdin", patience.Token);
        }
        while (count > 0);

        await ingress.FlushAsync(patience.Token);
    }

    public Task<CheckResult> CheckAsync(CancellationToken cancellationToken) =>
        Task.FromResult(new CheckResult(true, input.CanRead ? "standard input can be read" : "there is no standard input"));

    public async ValueTask DisposeAsync()
    {
        await input.DisposeAsync();
        // A read that was given up may still write into the buffer
        if (_read.IsCompleted) _splitter.Dispose();
    }

    /// <summary>0 at the end, and when asked to stop.</summary>
    private async ValueTask<int> ReadAsync(Ingress ingress, CancellationToken patience, CancellationToken stop)
    {
        _read = input.ReadAsync(_splitter.Room(), stop).AsTask();
        try
        {
            if (!_read.IsCompleted)
            {
                await Task.WhenAny(_read, Task.Delay(Linger, time, stop));
                if (!_read.IsCompleted) await ingress.PushAsync(patience);
            }

            // A read from a terminal or a pipe does not heed the token
            return await _read.WaitAsync(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return 0;
        }
    }
}
