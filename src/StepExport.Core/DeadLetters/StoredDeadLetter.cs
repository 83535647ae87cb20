namespace StepExport.Core.DeadLetters;

/// <summary>A dead letter as it lies in the store.</summary>
/// <param name="Id">Number in the store, ascending.</param>
/// <param name="AddedAt">When it was kept.</param>
/// <param name="Letter">What, why and whose.</param>
internal sealed record StoredDeadLetter(long Id, DateTimeOffset AddedAt, DeadLetter Letter);
