namespace StepExport.Core.Delivery;

/// <summary>What became of one record of a batch.</summary>
internal enum RecordOutcome : byte
{
    /// <summary>The destination has it.</summary>
    Delivered,

    /// <summary>Not (known to be) delivered; to be sent again.</summary>
    Retry,

    /// <summary>This very record will never be accepted: to the dead letters.</summary>
    Rejected,
}

/// <summary>What became of a batch.</summary>
/// <remarks>
/// Trouble of the destination (unreachable, 401, 5xx, missing index) is always Retry. Rejected is only ever about a record.
/// </remarks>
internal sealed class SendResult
{
    private SendResult(RecordOutcome outcome) => Outcome = outcome;

    /// <summary>Every record was delivered.</summary>
    public static SendResult Delivered { get; } = new(RecordOutcome.Delivered);

    /// <summary>Outcome of the batch as a whole; with <see cref="Records"/> set, of those records that are neither delivered nor rejected.</summary>
    public RecordOutcome Outcome { get; private init; }

    /// <summary>One outcome per record of the batch, or null when <see cref="Outcome"/> holds for all.</summary>
    public RecordOutcome[]? Records { get; private init; }

    /// <summary>Why, in words for an operator; null only when delivered.</summary>
    public string? Reason { get; private init; }

    /// <summary>Why, for the records whose reason differs from <see cref="Reason"/>; null where it does not.</summary>
    public string?[]? Reasons { get; private init; }

    /// <summary>The destination's code, e.g. <c>HTTP 400/6</c>.</summary>
    public string? Code { get; private init; }

    /// <summary>When the destination asked to be called again; null = the retry policy decides; zero = at once.</summary>
    public TimeSpan? RetryAfter { get; private init; }

    /// <summary>True when the reason needs a person (credentials, configuration), so that probing is slow and the sink shows unhealthy at once.</summary>
    public bool NeedsOperator { get; private init; }

    /// <summary>Nothing of the batch is known to be delivered; all of it is sent again.</summary>
    public static SendResult Retry(string reason, string? code = null, TimeSpan? retryAfter = null, bool needsOperator = false) =>
        new(RecordOutcome.Retry) { Reason = reason, Code = code, RetryAfter = retryAfter, NeedsOperator = needsOperator };

    /// <summary>The batch was refused because of its content (bad record, too large), nothing of it was taken and the offender is
    /// not known: <see cref="SinkRunner"/> halves it until the offender stands alone.</summary>
    public static SendResult Rejected(string reason, string? code = null) =>
        new(RecordOutcome.Rejected) { Reason = reason, Code = code };

    /// <summary>Outcomes differ from record to record. Those marked Retry are sent again.</summary>
    public static SendResult PerRecord(RecordOutcome[] records, string reason, string? code = null, TimeSpan? retryAfter = null, string?[]? reasons = null) =>
        new(RecordOutcome.Retry) { Records = records, Reason = reason, Reasons = reasons, Code = code, RetryAfter = retryAfter };
}
