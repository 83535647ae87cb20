using StepExport.Core.Model;

namespace StepExport.Core.Delivery;

/// <summary>Gathers records into batches: in memory (<see cref="BatchBuilder"/>) or on disk (<see cref="SpoolBuilder"/>). One thread.
/// Disposing gives up the batch that is being built.</summary>
internal interface IBatchBuilder<TBatch> : IAsyncDisposable
    where TBatch : IClosedBatch
{
    /// <summary>Records in the batch that is being built.</summary>
    int Count { get; }

    /// <summary>The batch ends here.</summary>
    bool IsFull { get; }

    /// <summary>Neither age nor haste may close the batch: it has to end where an earlier run of the program ended it.</summary>
    bool HasToGrow { get; }

    /// <summary>Whether the record belongs into this batch; always true for the first one.</summary>
    bool HasRoomFor(in ExportRecord record);

    /// <summary>Takes the record; its bytes are not needed afterwards.</summary>
    void Add(in ExportRecord record);

    /// <summary>The filter refused the record, which comes behind those added.</summary>
    void PassOver(long sequence);

    /// <summary>Makes room for further records. Called before each one.</summary>
    /// <exception cref="IOException">Disk full or failing; to be called again until it works.</exception>
    void Flush();

    /// <summary>Hands over what was added and starts anew.</summary>
    /// <exception cref="OperationCanceledException">Given up by <paramref name="abandon"/>.</exception>
    ValueTask<TBatch> CloseAsync(InFlightWindow.Slot slot, CancellationToken abandon);
}
