using StepExport.Core.Delivery;

namespace StepExport.Sinks.SplunkHec;

/// <summary>What was sent, as far as the meaning of an answer depends on it.</summary>
/// <param name="Events">Objects in the request.</param>
/// <param name="PlainBytes">Bytes of the body before compression.</param>
/// <param name="IndexIsGood">Splunk took events for the same index a moment ago.</param>
internal readonly record struct HecRequest(int Events, long PlainBytes, bool IndexIsGood = false);

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

    /// <summary>A record was refused for its index and none was taken: the index itself may be at fault.</summary>
    DoubtIndex,
}

/// <summary>Meaning of one answer.</summary>
internal readonly record struct HecVerdict(SendResult Result, HecFollowUp FollowUp = HecFollowUp.None)
{
    /// <summary>Splunk has the batch or the beginning of it.</summary>
    public bool TookSome => Result.Outcome == RecordOutcome.Delivered || Result.Records is [RecordOutcome.Delivered, ..];
}
