namespace StepExport.Core.Dedupe;

/// <summary>Where keys survive a restart: SQLite, or a double that fails where a test wants it to. One thread at a time.</summary>
internal interface ISeenStore : IDisposable
{
    /// <summary>Hands over what is stored, in the order in which it was written.</summary>
    /// <param name="durableSequence">Where the journal ends: blocks that speak of records behind it are forgotten, for the journal has lost them.</param>
    /// <param name="visit">Called for every block; its keys are valid during the call.</param>
    /// <returns>False when the store was damaged: it begins anew, empty, and what was handed over may not be all.</returns>
    /// <exception cref="IOException">The disk failed.</exception>
    bool TryLoad(long durableSequence, Action<SeenBlock> visit);

    /// <summary>Durable on return.</summary>
    /// <exception cref="IOException">Nothing of it is stored: the disk failed, or has no room.</exception>
    void Write(SeenBlock block);
}
