using StepExport.Core.Delivery;

namespace StepExport.Sinks.SplunkHec;

/// <summary>The collector's answers, from Splunk's list of HEC status codes and what was measured on Splunk 10.4. Pure.</summary>
/// <remarks>A row counts only with status and code together: something in between may answer anything. What is not in the table
/// is retried, so that nothing is lost to an answer that nobody foresaw.</remarks>
internal static class HecAnswers
{
    /// <summary>Splunk Cloud refuses larger requests as "invalid data format" at event 0.</summary>
    private const long SafeBodyBytes = 5_000_000;

    public static HecVerdict Read(in HecResponse answer, in HecRequest request) => (answer.Status, answer.Code) switch
    {
        (200, 0) => new(SendResult.Delivered),
        (200, 24 or 25) => new(SendResult.Delivered, HecFollowUp.SlowDown),

        (403, 1) => Token(answer, "the token is disabled"),
        (401, 2) => Token(answer, "a token is required"),
        (401, 3) => Token(answer, "the authorization is malformed"),
        (403, 4) => Token(answer, "the token is not valid"),
        (401 or 403, _) => Token(answer, "access is denied"),

        (400, 5) => new(SendResult.Rejected(Words(answer, "Splunk found no event in the request"), Code(answer))),
        (400, 6) => Offender(answer, request, "the event's format is not valid"),
        (400, 12) => Offender(answer, request, "the event is missing"),
        (400, 13) => Offender(answer, request, "the event is blank"),
        (400, 15) => Offender(answer, request, "the event's indexed fields are not valid"),
        (400, 7) => WrongIndex(answer, request),
        (413, _) => new(SendResult.Rejected(Words(answer, "the request is too large"), Code(answer))),

        (400, 10) => Retry(answer, "the channel is missing", HecFollowUp.NewChannel),
        (400, 11) => Retry(answer, "the channel is not valid", HecFollowUp.NewChannel),
        (400, 14) => Operator(answer, "acknowledgement is switched off for this token", HecFollowUp.NoAcknowledgement),
        (400, 16) => Operator(answer, "authorization in the query string is switched off"),
        (400, 21) => Operator(answer, "the token is not valid"),
        (400, 22) => Operator(answer, "the token is disabled"),
        (407, _) => Operator(answer, "the proxy wants other credentials: check proxyUser and proxyPassword"),
        (404 or 405 or 415, _) => Operator(answer, "the address does not take HEC events: check endpoints"),
        ( >= 300 and < 400, _) => Operator(answer, "the address redirects, which is not followed: check endpoints"),

        (500, 8) => Retry(answer, "internal error of Splunk"),
        (503, 9) => Retry(answer, "Splunk is busy"),
        (503, 18 or 19 or 20) => Retry(answer, "Splunk's queues are full"),
        (503, 23) => Retry(answer, "Splunk is shutting down"),
        (429, 26) => Retry(answer, "the channel's queue is full"),
        (429, 27) => Retry(answer, "the channel's acknowledgement queue is full", HecFollowUp.NewChannel),
        (408 or 425 or 429 or >= 500, _) => Retry(answer, "the collector, or something in front of it, is not available"),

        ( >= 200 and < 300, _) => Operator(answer, "the answer does not come from a HEC, so nothing counts as delivered"),
        _ => Operator(answer, "the answer is not understood"),
    };

    /// <summary>What the answer says about the endpoint, as opposed to token, index and content.</summary>
    public static HecFault FaultOf(in HecResponse answer) => (answer.Status, answer.Code) switch
    {
        (503, 23) => HecFault.Gone,
        (404 or 405 or 415, _) or ( >= 300 and < 400, _) => HecFault.Gone,
        (200, 0 or 24 or 25) => HecFault.None,
        ( >= 200 and < 300, _) => HecFault.Gone,
        // A 500 of Splunk's own may be about this one request.
        (500, 8) or (429, _) => HecFault.None,
        (408 or 425 or >= 500, _) => HecFault.Doubtful,
        _ => HecFault.None,
    };

    /// <summary>The collector itself says what became of the request. Otherwise it may have been taken, and an acknowledgement id used
    /// up for it that nobody has heard of.</summary>
    public static bool IsFromCollector(in HecResponse answer) => (answer.Code is not null && answer.Status != 500) || answer.Status is 404 or 405 or 413 or 415;

    /// <summary>What the answer says about the load.</summary>
    public static LoadSign LoadOf(in HecResponse answer) => (answer.Status, answer.Code) switch
    {
        (200, 0) => LoadSign.Clean,
        (200, 24 or 25) or (429 or 503, _) => LoadSign.Overload,
        _ => LoadSign.None,
    };

    /// <summary>E.g. <c>HTTP 400/6</c>.</summary>
    public static string Code(in HecResponse answer) =>
        answer.Code is { } code ? FormattableString.Invariant($"HTTP {answer.Status}/{code}") : FormattableString.Invariant($"HTTP {answer.Status}");

    /// <summary>Splunk reads the objects in order and stops at the first bad one, N: those before it are already indexed.</summary>
    private static HecVerdict Offender(in HecResponse answer, in HecRequest request, string reason)
    {
        var isSize = answer.InvalidEvent == 0 && request.PlainBytes > SafeBodyBytes;
        if (isSize || request.IsRaw || answer.InvalidEvent is not { } n || n < 0 || n >= request.Events)
            return new(SendResult.Rejected(Words(answer, reason), Code(answer)));
        return new(Split(n, answer, request, reason));
    }

    /// <summary>Here N names the object after the offender.</summary>
    /// <remarks>With one index for all events: if Splunk took others of them, the trouble is with this one; if it took none, the
    /// index itself is at fault, and dead-lettering one by one would drain the whole journal. With an index out of a template it is
    /// that name that is refused, and never the event.</remarks>
    private static HecVerdict WrongIndex(in HecResponse answer, in HecRequest request)
    {
        const string Reason = "the index does not exist or is not allowed for this token";
        var n = answer.InvalidEvent is { } after && after >= 0 && after <= request.Events ? Math.Max(after - 1, 0) : (int?)null;
        if (request.IndexVaries) return UnknownIndex(n, answer, request, Reason);
        if (request.IsRaw) return Operator(answer, Reason);
        if (n is > 0) return new(Split(n.Value, answer, request, Reason));
        if (!request.IndexIsGood) return Operator(answer, Reason);
        return n is 0
            ? new(Split(0, answer, request, Reason), HecFollowUp.DoubtIndex)
            : new(SendResult.Rejected(Words(answer, Reason), Code(answer)), HecFollowUp.DoubtIndex);
    }

    private static HecVerdict UnknownIndex(int? suspect, in HecResponse answer, in HecRequest request, string reason)
    {
        // The lines of a raw request share their index.
        if (suspect is null && (request.IsRaw || request.Events == 1)) suspect = 0;
        if (suspect is not { } n) return new(SendResult.Rejected(Words(answer, reason), Code(answer)));
        var records = new RecordOutcome[request.Events];
        var taken = request.IsRaw ? 0 : n;
        Array.Fill(records, RecordOutcome.Retry, taken, records.Length - taken);
        var result = SendResult.PerRecord(records, Words(answer, reason), Code(answer), TimeSpan.Zero);
        return new(result, HecFollowUp.AvoidIndex) { Suspect = taken };
    }

    private static SendResult Split(int offender, in HecResponse answer, in HecRequest request, string reason)
    {
        var records = new RecordOutcome[request.Events];
        Array.Fill(records, RecordOutcome.Delivered, 0, offender);
        records[offender] = RecordOutcome.Rejected;
        Array.Fill(records, RecordOutcome.Retry, offender + 1, records.Length - offender - 1);
        return SendResult.PerRecord(records, Words(answer, reason), Code(answer), TimeSpan.Zero);
    }

    private static HecVerdict Token(in HecResponse answer, string reason) =>
        new(SendResult.Retry(Words(answer, reason), Code(answer), answer.RetryAfter, needsOperator: true), HecFollowUp.ReadToken);

    private static HecVerdict Operator(in HecResponse answer, string reason, HecFollowUp followUp = HecFollowUp.None) =>
        new(SendResult.Retry(Words(answer, reason), Code(answer), answer.RetryAfter, needsOperator: true), followUp);

    private static HecVerdict Retry(in HecResponse answer, string reason, HecFollowUp followUp = HecFollowUp.None) =>
        new(SendResult.Retry(Words(answer, reason), Code(answer), answer.RetryAfter), followUp);

    private static string Words(in HecResponse answer, string reason) =>
        answer.Text.Length == 0 ? reason : $"{reason}; it says: {answer.Text}";
}
