using StepExport.Core.Model;

namespace StepExport.Core.Journal;

/// <summary>Reads durable records in order for one sink, never past the synced position. One thread reads; <see cref="Commit"/> may be called from another.</summary>
internal sealed class JournalReader : IDisposable
{
    /// <summary>The sink's committed cursor: every record up to it is done with. 0 = nothing yet.</summary>
    public long Cursor { get; }

    /// <summary>Completes when a record behind the last one read is durable.</summary>
    public ValueTask WaitAsync(CancellationToken cancellationToken) => throw new NotImplementedException($"{cancellationToken}");

    /// <summary>The next durable record, if there is one; its bytes are valid until the next call.</summary>
    public bool TryRead(out ExportRecord record) => throw new NotImplementedException();

    /// <summary>Moves the cursor; durable on return. Segments that every cursor has passed are deleted.</summary>
    public void Commit(long sequence) => throw new NotImplementedException($"{sequence}");

    public void Dispose()
    {
    }
}
