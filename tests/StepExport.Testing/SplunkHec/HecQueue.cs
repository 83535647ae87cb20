namespace StepExport.Testing.SplunkHec;

/// <summary>What is to happen next, in order, and what happens when nothing else is said. Thread-safe.</summary>
internal sealed class HecQueue<T>
    where T : class
{
    private readonly Lock _lock = new();
    private readonly Queue<T> _next = new();
    private T? _always;

    /// <summary>One for each to come, in this order; then again as usual.</summary>
    public void Next(params ReadOnlySpan<T> items)
    {
        lock (_lock)
        {
            foreach (var item in items) _next.Enqueue(item);
        }
    }

    /// <summary>For all to come, until null takes it back.</summary>
    public void Always(T? item)
    {
        lock (_lock) _always = item;
    }

    /// <summary>Null = as usual.</summary>
    public T? Take()
    {
        lock (_lock) return _next.TryDequeue(out var item) ? item : _always;
    }
}
