namespace StepExport.Core.Telemetry;

/// <summary>All checks at one moment.</summary>
/// <param name="Pending">That somebody has to look at.</param>
/// <param name="Approved">By people or by the rules.</param>
/// <param name="Unreported">That GitHub does not know as they are.</param>
/// <param name="Unpublished">Events that are not in the journal yet.</param>
/// <param name="OldestPending">When the one that waits longest changed last; null when none waits.</param>
internal readonly record struct CheckTotals(int Pending, int Approved, int Unreported, int Unpublished, DateTimeOffset? OldestPending);
