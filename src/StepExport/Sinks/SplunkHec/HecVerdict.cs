using StepExport.Core.Delivery;

namespace StepExport.Sinks.SplunkHec;

/// <summary>What was sent, as far as the meaning of an answer depends on it.</summary>
/// <param name="Events">Objects in the request.</param>
/// <param name="PlainBytes">Bytes of the body before compression.</param>
/// <param name="IndexIsGood">Splunk took events for the same index a moment ago.</param>
internal readonly record struct HecRequest(int Events, long PlainBytes, bool IndexIsGood = false)
{
    /// <summary>The events' indexes come from a template, so that a refused one says nothing about the others.</summary>
    public bool IndexVaries { get; init; }

    /// <summary>Lines for the raw endpoint, not envelopes: a refusal cannot name an event.</summary>
    public bool IsRaw { get; init; }

    /// <summary>Path and query to send it to; null = the event endpoint.</summary>
    public string? Target { get; init; }
}

/// <summary>What the sink does besides reporting the result.</summary>
internal enum HecFollowUp : byte
{
    None,

    /// <summary>The token was refused: read it again for the next request.</summary>
    ReadToken,

    /// <summary>Continue on a new channel.</summary>
    NewChannel,

    /// <summary>Taken, but Splunk's queues are nearly full: fewer requests at a time would be wise.</summary>
    SlowDown,

    /// <summary>The token has acknowledgement disabled.</summary>
    NoAcknowledgement,

    /// <summary>A record was refused for its index and none was taken: the index itself may be at fault.</summary>
    DoubtIndex,

    /// <summary>The index of the record at <see cref="HecVerdict.Suspect"/> came from a template and is refused: use another one.</summary>
    AvoidIndex,
}

/// <summary>Meaning of one answer.</summary>
internal readonly record struct HecVerdict(SendResult Result, HecFollowUp FollowUp = HecFollowUp.None)
{
    /// <summary>With <see cref="HecFollowUp.AvoidIndex"/>: position of the record whose index is refused.</summary>
    public int Suspect { get; init; }

    /// <summary>Splunk has the batch or the beginning of it.</summary>
    public bool TookSome => Result.Outcome == RecordOutcome.Delivered || Result.Records is [RecordOutcome.Delivered, ..];

    /// <summary>With acknowledgement, a refusal has no id for what Splunk took before the offender: nobody could tell whether it gets
    /// indexed, so it is sent again. The duplicates of what does get indexed are unavoidable.</summary>
    public HecVerdict WithoutUnacknowledged()
    {
        if (Result.Records is not [RecordOutcome.Delivered, ..] records) return this;
        var outcomes = Array.ConvertAll(records, outcome => outcome == RecordOutcome.Delivered ? RecordOutcome.Retry : outcome);
        return this with { Result = SendResult.PerRecord(outcomes, Result.Reason!, Result.Code, Result.RetryAfter) };
    }
}
