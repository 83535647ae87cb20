namespace StepExport.Core.Dedupe;

/// <summary>Keys on their way to the store.</summary>
/// <param name="LastSequence">The keys of all records up to this sequence are in this block or came before it.</param>
/// <param name="AtMs">When they came, milliseconds since 1970-01-01 UTC.</param>
/// <param name="Keys">Of records that are durable.</param>
internal readonly record struct SeenBlock(long LastSequence, long AtMs, ReadOnlyMemory<DedupeKey> Keys)
{
    /// <summary>Keys from before this time are forgotten with this block; 0 forgets none.</summary>
    public long ForgetBeforeMs { get; init; }
}
