namespace StepExport.Core.Journal;

/// <summary>What a cursor says of a sink that is no longer in the configuration.</summary>
/// <param name="AtMs">When it was found missing, milliseconds since 1970-01-01 UTC.</param>
/// <param name="LetGoThrough">The last durable record when its records were let go; null while they are held.</param>
internal sealed record Removal(long AtMs, long? LetGoThrough);
