using System.Diagnostics.CodeAnalysis;
using StepExport.Aws;

namespace StepExport.Sources.S3;

/// <summary>Opens objects a bounded number ahead of the one that is being read, so that the store's latency is waited for once and not per object.</summary>
internal sealed class ReadAhead(IEnumerable<ListedObject> objects, int depth, Func<ListedObject, Task<ObjectBody>> open) : IAsyncDisposable
{
    private readonly IEnumerator<ListedObject> _rest = objects.GetEnumerator();
    private readonly Queue<(ListedObject Listed, Task<ObjectBody> Opened)> _opened = new();

    /// <summary>The next object, in order; it belongs to the caller now.</summary>
    public bool TryNext([NotNullWhen(true)] out ListedObject? listed, [NotNullWhen(true)] out Task<ObjectBody>? opened)
    {
        // One more than ahead: the one that is handed out
        while (_opened.Count <= depth && _rest.MoveNext()) _opened.Enqueue((_rest.Current, open(_rest.Current)));
        var any = _opened.TryDequeue(out var next);
        (listed, opened) = next;
        return any;
    }

    public async ValueTask DisposeAsync()
    {
        _rest.Dispose();
        foreach (var (_, opened) in _opened)
        {
            try
            {
                (await opened).Dispose();
            }
            catch (Exception e) when (S3Answers.IsExpected(e, CancellationToken.None))
            {
                // It is asked for again when its turn comes
            }
        }
    }
}
