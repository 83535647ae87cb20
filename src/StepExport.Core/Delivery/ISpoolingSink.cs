using StepExport.Core.Journal;
using StepExport.Core.Model;

namespace StepExport.Core.Delivery;

/// <summary>A sink whose batches are too large for memory: the runner has it encode every record as soon as it is read, into a
/// spool on disk, and sends the spool as a whole.</summary>
/// <remarks>
/// Where a batch ends is made durable (<see cref="JournalReader.MarkCut"/>) before any of it is sent. After a
/// crash the same records form the same batch again, so a sink that derives its names from them writes nothing twice.
/// </remarks>
internal interface ISpoolingSink : ISink
{
    /// <summary>An empty spool. What an earlier run of the program left on disk does not count: everything is read again.
    /// Cannot fail: files are made by <see cref="ISpool.Flush"/>.</summary>
    /// <param name="replayed">True when an earlier run had marked this batch's end: part of it may have been sent already.</param>
    ISpool OpenSpool(bool replayed);
}

/// <summary>One batch of an <see cref="ISpoolingSink"/>, on disk. Used by one thread at a time. Disposing removes it, sent or not,
/// together with what a send that came to nothing has left at the destination.</summary>
internal interface ISpool : IAsyncDisposable
{
    /// <summary>Bytes of its largest object, as they will be stored.</summary>
    long EncodedBytes { get; }

    /// <summary>Whether the record may come into this batch, size apart; always true for the first one.</summary>
    bool HasRoomFor(in ExportRecord record);

    /// <summary>Encodes the record. What has to be written stays in memory until <see cref="Flush"/>, so this cannot fail.</summary>
    void Add(in ExportRecord record);

    /// <summary>Writes to disk if enough has gathered. Called after every <see cref="Add"/>.</summary>
    /// <exception cref="IOException">Disk full or failing. May be called again: nothing is lost or written twice.</exception>
    void Flush();

    /// <summary>Sends everything. After Retry it is called again, and need not begin anew.</summary>
    /// <returns>Delivered or Retry; never Rejected.</returns>
    ValueTask<SendResult> SendAsync(CancellationToken cancellationToken);
}
