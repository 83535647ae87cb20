using StepExport.Core.Delivery;

namespace StepExport.Sinks.SplunkHec;

/// <summary>What became of a part of a batch.</summary>
/// <param name="Name">For messages; empty = none.</param>
/// <param name="Positions">Where its records stand in the batch.</param>
/// <param name="Result">What became of them.</param>
internal sealed record PartResult(string Name, IReadOnlyList<int> Positions, SendResult Result)
{
    /// <summary>It was given up before its end.</summary>
    public bool IsCancelled { get; init; }

    /// <summary>The whole part was refused, and any of several records may be the offender.</summary>
    private bool IsUnclear => Result is { Outcome: RecordOutcome.Rejected, Records: null } && Positions.Count > 1;

    private string Reason => Name.Length == 0 ? Result.Reason! : $"{Name}: {Result.Reason}";

    /// <summary>One result for the batch. What a part had delivered is delivered, whatever became of the others.</summary>
    /// <remarks>A result has one reason, which goes to the dead letters. So the refusals of one part are reported, and what a
    /// second part refuses is sent again, by then alone.</remarks>
    public static SendResult Join(int count, IReadOnlyList<PartResult> parts)
    {
        if (parts.All(p => p.Result.Outcome == RecordOutcome.Delivered)) return SendResult.Delivered;
        var refused = parts.FirstOrDefault(p => p.Refuses);
        var records = new RecordOutcome[count];
        foreach (var part in parts) part.Mark(records, mayReject: part == refused);
        if (records.AsSpan().ContainsAnyExcept(RecordOutcome.Retry))
        {
            var said = refused ?? parts.First(p => p.Result.Outcome != RecordOutcome.Delivered);
            return SendResult.PerRecord(records, said.Reason, said.Result.Code, Wait(parts));
        }

        // Halving the batch halves the part as well.
        if (parts.FirstOrDefault(p => p.IsUnclear) is { } unclear) return SendResult.Rejected(unclear.Reason, unclear.Result.Code);
        var code = parts.Select(p => p.Result.Code).FirstOrDefault(c => c is not null);
        return SendResult.Retry(string.Join("; ", parts.Select(p => p.Reason).Distinct()), code, Wait(parts), parts.Any(p => p.Result.NeedsOperator));
    }

    /// <summary>Names records that will never be accepted.</summary>
    private bool Refuses => Result.Records?.Contains(RecordOutcome.Rejected) ?? (Result.Outcome == RecordOutcome.Rejected && Positions.Count == 1);

    /// <summary>At once if nobody asked for a pause; else the longest pause, null leaving it to the retry policy.</summary>
    private static TimeSpan? Wait(IReadOnlyList<PartResult> parts)
    {
        var waits = parts.Where(p => p.Result.Outcome == RecordOutcome.Retry).Select(p => p.Result.RetryAfter).ToArray();
        return Array.TrueForAll(waits, w => w == TimeSpan.Zero) ? TimeSpan.Zero : waits.Max() is { } longest && longest > TimeSpan.Zero ? longest : null;
    }

    private void Mark(RecordOutcome[] records, bool mayReject)
    {
        for (var i = 0; i < Positions.Count; i++)
        {
            var outcome = Result.Records?[i] ?? (IsUnclear ? RecordOutcome.Retry : Result.Outcome);
            records[Positions[i]] = outcome == RecordOutcome.Rejected && !mayReject ? RecordOutcome.Retry : outcome;
        }
    }
}
