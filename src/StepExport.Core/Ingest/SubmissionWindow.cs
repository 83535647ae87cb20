namespace StepExport.Core.Ingest;

/// <summary>Fills one submission while a bounded number of earlier ones become durable. One caller at a time.</summary>
internal sealed class SubmissionWindow(IngressParts parts, IngressSettings settings) : IDisposable
{
    private readonly Queue<(SubmissionBuilder Builder, Task<int> Commit)> _inFlight = new();
    private readonly Stack<SubmissionBuilder> _idle = new();
    private SubmissionBuilder _current = new(parts, settings);
    private int _duplicates;

    public bool IsFull => _current.IsFull;

    public bool IsEmpty => _current.IsEmpty;

    public string? Add(in SplitItem item, object? origin) => _current.Add(item, origin);

    /// <summary>Hands the current submission to the journal, and waits until there is room for the next one.</summary>
    public async ValueTask CloseAsync(byte[]? checkpoint, CancellationToken cancellationToken)
    {
        _inFlight.Enqueue((_current, _current.CommitAsync(checkpoint, cancellationToken)));
        if (_idle.TryPop(out var idle)) _current = idle;
        else _current = new(parts, settings);
        while (_inFlight.Count >= settings.InFlight || (_inFlight.Count > 0 && _inFlight.Peek().Commit.IsCompleted)) await TakeAsync();
    }

    /// <summary>Completes when everything that was handed over is durable.</summary>
    /// <returns>How many detections had been taken before, since this was called last.</returns>
    public async ValueTask<int> DrainAsync()
    {
        while (_inFlight.Count > 0) await TakeAsync();
        var duplicates = _duplicates;
        _duplicates = 0;
        return duplicates;
    }

    public void Dispose()
    {
        _current.Dispose();
        while (_idle.TryPop(out var idle)) idle.Dispose();
    }

    private async ValueTask TakeAsync()
    {
        _duplicates += await _inFlight.Peek().Commit;
        _idle.Push(_inFlight.Dequeue().Builder);
    }
}
