using System.Globalization;

namespace StepExport.Core.DeadLetters;

/// <summary>How much the store holds. At a bound whoever has a letter to add waits: nothing is dropped, and nothing vanishes.</summary>
/// <param name="MaxCount">Letters.</param>
/// <param name="MaxBytes">Their bytes (<see cref="DeadLetterTotals"/>); the file is a little larger.</param>
internal sealed record DeadLetterLimits(long MaxCount, long MaxBytes)
{
    /// <summary>From this share of a bound on the alarm is given.</summary>
    public const double AlarmAt = 0.8;

    public static DeadLetterLimits None { get; } = new(long.MaxValue, long.MaxValue);

    public bool IsOver(DeadLetterTotals totals) => totals.Count > MaxCount || totals.Bytes > MaxBytes;

    public bool IsNear(DeadLetterTotals totals) => totals.Count >= MaxCount * AlarmAt || totals.Bytes >= MaxBytes * AlarmAt;

    /// <summary>What is kept and what may be, for a person.</summary>
    public string Describe(DeadLetterTotals totals) =>
        string.Create(CultureInfo.InvariantCulture, $"{totals.Count:N0} of {MaxCount:N0} letters, {totals.Bytes:N0} of {MaxBytes:N0} bytes");
}

/// <summary>What is kept.</summary>
/// <param name="Count">Letters.</param>
/// <param name="Bytes">Of payloads and reasons, with 256 for the rest of each.</param>
internal readonly record struct DeadLetterTotals(long Count, long Bytes)
{
    public static DeadLetterTotals operator +(DeadLetterTotals left, DeadLetterTotals right) => new(left.Count + right.Count, left.Bytes + right.Bytes);
}

/// <summary>What is kept of one source or sink.</summary>
internal sealed record ComponentDeadLetters(string Component, bool AtIntake, DeadLetterTotals Totals);
