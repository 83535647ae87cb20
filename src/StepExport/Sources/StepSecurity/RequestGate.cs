using StepExport.Configuration;
using StepExport.Core.Delivery;

namespace StepExport.Sources.StepSecurity;

/// <summary>Lets a bounded number of requests through at a time, and none while the API as a whole wants to be left alone. Thread-safe.</summary>
internal sealed class RequestGate(int concurrency, RetryConfig retry, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _places = new(concurrency);
    private readonly RetryPolicy _policy = new(retry.Initial, retry.Max, Random.Shared);
    private readonly Lock _lock = new();
    private readonly long _started = time.GetTimestamp();
    private TimeSpan _opensAt;
    private int _failures;

    /// <summary>Makes one request when it is its turn.</summary>
    /// <exception cref="OperationCanceledException">Given up while waiting.</exception>
    public async Task<T> PassAsync<T>(Func<CancellationToken, Task<T>> request, CancellationToken stop)
    {
        while (true)
        {
            await _places.WaitAsync(stop);
            try
            {
                if (Remaining() <= TimeSpan.Zero) return await request(stop);
            }
            finally
            {
                _places.Release();
            }

            await Task.Delay(Remaining() is var wait && wait > TimeSpan.Zero ? wait : TimeSpan.Zero, time, stop);
        }
    }

    /// <summary>The API said that it does not want any request now, whatever it is about.</summary>
    /// <param name="retryAfter">How long; null = it did not say.</param>
    /// <param name="needsOperator">A person has to act first.</param>
    public void Close(TimeSpan? retryAfter, bool needsOperator)
    {
        lock (_lock)
        {
            var now = time.GetElapsedTime(_started);
            // Requests that were on their way together have failed once
            if (now >= _opensAt) _failures++;
            var opensAt = now + _policy.Delay(Math.Max(_failures, 1), retryAfter, needsOperator);
            if (opensAt > _opensAt) _opensAt = opensAt;
        }
    }

    /// <summary>The API answered as it should.</summary>
    public void Answered()
    {
        lock (_lock) _failures = 0;
    }

    public void Dispose() => _places.Dispose();

    private TimeSpan Remaining()
    {
        lock (_lock) return _opensAt - time.GetElapsedTime(_started);
    }
}
