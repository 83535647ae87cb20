using Confluent.Kafka;
using StepExport.Core.Delivery;

namespace StepExport.Sinks.Kafka;

/// <summary>Makes the result of a send from the reports on its records. Pure.</summary>
/// <remarks>
/// A broker refuses a whole message set for one record in it, and the client decides what is in a set. So a record that was
/// refused together with others is sent again without those that were delivered, and only one that is refused alone is rejected.
/// </remarks>
internal sealed class KafkaOutcome
{
    private readonly RecordOutcome[] _outcomes;
    private readonly string?[] _reasons;
    private ErrorCode? _rejection;
    private ErrorCode? _refusal;
    private ErrorCode? _trouble;

    private KafkaOutcome(string?[] reasons) => (_outcomes, _reasons) = (new RecordOutcome[reasons.Length], reasons);

    /// <summary>Reads the reports.</summary>
    /// <param name="codes">One per record; no error = delivered.</param>
    /// <param name="rejections">Why a record was not even handed to the client; null where it was. Completed here.</param>
    /// <param name="tookSome">Whether the topic of the record at a place took others lately.</param>
    /// <param name="detail">What the client said last of its connections; null when all is well with them.</param>
    /// <returns>The result, and whether the client has to be made anew before another attempt.</returns>
    public static (SendResult Result, bool Rebuild) Read(ReadOnlySpan<ErrorCode> codes, string?[]? rejections, Func<int, bool> tookSome, string? detail)
    {
        if (rejections is null && !codes.ContainsAnyExcept(ErrorCode.NoError)) return (SendResult.Delivered, false);
        var outcome = new KafkaOutcome(rejections ?? new string?[codes.Length]);
        var namesOffenders = codes.Contains(ErrorCode.Local_InvalidDifferentRecord);
        for (var i = 0; i < codes.Length; i++) outcome._outcomes[i] = outcome.Judge(i, codes[i], codes.Length == 1, namesOffenders, tookSome);
        return outcome.Conclude(detail);
    }

    private RecordOutcome Judge(int index, ErrorCode code, bool alone, bool namesOffenders, Func<int, bool> tookSome)
    {
        if (_reasons[index] is not null) return RecordOutcome.Rejected;
        if (code == ErrorCode.NoError) return RecordOutcome.Delivered;
        switch (KafkaErrors.Of(code).Verdict)
        {
            case KafkaVerdict.TooLarge when alone:
            case KafkaVerdict.Invalid when namesOffenders || (alone && tookSome(index)):
                _rejection = code;
                _reasons[index] = KafkaErrors.Of(code).Words;
                return RecordOutcome.Rejected;
            case KafkaVerdict.Invalid when alone:
                // A topic that takes nothing has rules that no record meets; dead-lettering one by one would drain the journal.
                _trouble = code;
                break;
            case KafkaVerdict.TooLarge or KafkaVerdict.Invalid:
                _refusal ??= code;
                break;
            case KafkaVerdict.Operator when !NeedsOperator(_trouble):
                // What a person has to do is worth more than what else went wrong.
                _trouble = code;
                break;
            case KafkaVerdict.Retry:
                _trouble ??= code;
                break;
        }

        return RecordOutcome.Retry;
    }

    private (SendResult Result, bool Rebuild) Conclude(string? detail)
    {
        var delivered = _outcomes.AsSpan().Contains(RecordOutcome.Delivered);
        var rebuild = !delivered && _trouble is { } trouble && KafkaErrors.Of(trouble).Rebuild;
        var (reason, code) = Words(detail);
        if (_outcomes.AsSpan().ContainsAnyExcept(RecordOutcome.Retry))
        {
            var rejects = _outcomes.AsSpan().Contains(RecordOutcome.Rejected);
            var known = rejects ? _rejection : code;
            return (SendResult.PerRecord(_outcomes, reason, Name(known), _trouble is null ? TimeSpan.Zero : null, _reasons), rebuild);
        }

        if (_trouble is not null) return (SendResult.Retry(reason, Name(code), needsOperator: NeedsOperator(_trouble)), rebuild);

        // Everything was refused for its content, and it is not known for whose: the runner halves it.
        return (_refusal is not null ? SendResult.Rejected(reason, Name(code)) : SendResult.Retry(reason, Name(code), TimeSpan.Zero), rebuild);
    }

    private (string Reason, ErrorCode Code) Words(string? detail)
    {
        var code = _trouble ?? _refusal ?? _rejection ?? ErrorCode.Local_InvalidDifferentRecord;
        var words = KafkaErrors.Of(code).Words;
        return (_trouble is not null && detail is not null ? $"{words}; the client says: {detail}" : words, code);
    }

    private static bool NeedsOperator(ErrorCode? code) => code is { } known && KafkaErrors.Of(known).Verdict is KafkaVerdict.Operator or KafkaVerdict.Invalid;

    private static string? Name(ErrorCode? code) => code is { } known ? KafkaErrors.Name(known) : null;
}
