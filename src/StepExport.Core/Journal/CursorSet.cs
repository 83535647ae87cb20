namespace StepExport.Core.Journal;

/// <summary>The cursors of the sinks that this process runs: the slowest one holds the segments. Thread-safe.</summary>
internal sealed class CursorSet(IJournalStorage storage, string directory) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<CursorFile> _cursors = [];

    /// <summary>Every record up to this sequence is done with for all sinks; null while there are no sinks.</summary>
    public long? Passed
    {
        get
        {
            lock (_gate) return _cursors.Count == 0 ? null : _cursors.Min(cursor => cursor.Sequence);
        }
    }

    /// <exception cref="InvalidOperationException">The sink has a reader already.</exception>
    public CursorFile Register(string sink, out bool damaged)
    {
        lock (_gate)
        {
            if (_cursors.Exists(cursor => cursor.Sink == sink)) throw new InvalidOperationException($"sink '{sink}' has a reader already");
            damaged = false;
            var known = storage.List(directory).Contains(CursorName.FileName(sink));
            var cursor = known ? CursorFile.Open(storage, directory, sink, out damaged) : CursorFile.Create(storage, directory, sink);
            _cursors.Add(cursor);
            return cursor;
        }
    }

    public void Dispose()
    {
        lock (_gate) _cursors.ForEach(cursor => cursor.Dispose());
    }
}
