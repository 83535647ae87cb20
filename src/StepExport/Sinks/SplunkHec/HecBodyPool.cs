using System.Collections.Concurrent;

namespace StepExport.Sinks.SplunkHec;

/// <summary>Bodies that wait for the next request; never more than were in use at the same time.</summary>
internal sealed class HecBodyPool(bool gzip) : IDisposable
{
    private readonly ConcurrentBag<HecBody> _idle = [];

    public HecBody Rent() => _idle.TryTake(out var body) ? body : new(gzip);

    public void Return(HecBody body)
    {
        body.Clear();
        _idle.Add(body);
    }

    public void Dispose()
    {
        while (_idle.TryTake(out var body)) body.Dispose();
    }
}
