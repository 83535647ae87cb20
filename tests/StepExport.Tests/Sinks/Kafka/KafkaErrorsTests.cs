using Confluent.Kafka;
using StepExport.Core.Delivery;
using StepExport.Sinks.Kafka;

namespace StepExport.Tests.Sinks.Kafka;

/// <summary>The table, row by row, for one record that got the error alone and for two that got it together: R retry, ? rejected,
/// which the runner answers by halving; ! a person has to act; * the client is made anew.</summary>
public sealed class KafkaErrorsTests
{
    private static readonly Dictionary<ErrorCode, string> Expected = Rows(
        // About records.
        ("?", [ErrorCode.MsgSizeTooLarge, ErrorCode.InvalidMsgSize, ErrorCode.RecordListTooLarge, ErrorCode.InvalidRecord]),
        ("R", [ErrorCode.Local_InvalidDifferentRecord]),
        // A person has to act, and the client remembers.
        ("R!*",
        [
            ErrorCode.UnknownTopicOrPart, ErrorCode.Local_UnknownTopic, ErrorCode.Local_UnknownPartition, ErrorCode.UnknownTopicId,
            ErrorCode.TopicException, ErrorCode.TopicAuthorizationFailed, ErrorCode.ClusterAuthorizationFailed,
            ErrorCode.TransactionalIdAuthorizationFailed, ErrorCode.SaslAuthenticationFailed, ErrorCode.Local_Authentication,
            ErrorCode.UnsupportedSaslMechanism, ErrorCode.IllegalSaslState, ErrorCode.Local_Ssl, ErrorCode.SecurityDisabled,
        ]),
        // A person has to act.
        ("R!",
        [
            ErrorCode.InvalidTimestamp, ErrorCode.UnsupportedForMessageFormat, ErrorCode.UnsupportedCompressionType, ErrorCode.Local_BadCompression,
            ErrorCode.UnsupportedVersion, ErrorCode.Local_UnsupportedFeature, ErrorCode.PolicyViolation, ErrorCode.InvalidRequiredAcks,
            ErrorCode.InvalidConfig,
        ]),
        // It passes.
        ("R",
        [
            ErrorCode.Local_MsgTimedOut, ErrorCode.Local_TimedOut, ErrorCode.Local_TimedOutQueue, ErrorCode.Local_Transport, ErrorCode.Local_Resolve,
            ErrorCode.Local_AllBrokersDown, ErrorCode.Local_QueueFull, ErrorCode.Local_PurgeQueue, ErrorCode.Local_PurgeInflight, ErrorCode.Local_Destroy,
            ErrorCode.Local_DestroyBroker, ErrorCode.RequestTimedOut, ErrorCode.LeaderNotAvailable, ErrorCode.NotLeaderForPartition,
            ErrorCode.FencedLeaderEpoch, ErrorCode.UnknownLeaderEpoch, ErrorCode.BrokerNotAvailable, ErrorCode.ReplicaNotAvailable,
            ErrorCode.NetworkException, ErrorCode.NotEnoughReplicas, ErrorCode.NotEnoughReplicasAfterAppend, ErrorCode.KafkaStorageError,
            ErrorCode.ThrottlingQuotaExceeded, ErrorCode.InvalidMsg, ErrorCode.RebootstrapRequired,
        ]),
        // The idempotent producer begins anew.
        ("R*",
        [
            ErrorCode.OutOfOrderSequenceNumber, ErrorCode.DuplicateSequenceNumber, ErrorCode.InvalidProducerEpoch, ErrorCode.UnknownProducerId,
            ErrorCode.InvalidProducerIdMapping, ErrorCode.ProducerFenced, ErrorCode.Local_Fenced, ErrorCode.Local_GaplessGuarantee,
            ErrorCode.Local_Inconsistent, ErrorCode.Local_Fatal,
        ]));

    public static TheoryData<ErrorCode, string> Rows() => [.. Expected.Select(row => (row.Key, row.Value))];

    [Theory]
    [MemberData(nameof(Rows))]
    public void Error_means(ErrorCode code, string expected)
    {
        Assert.Equal(expected, Letters(1, code));
        Assert.Equal(expected, Letters(2, code));
    }

    [Fact]
    public void Every_row_is_tested() => Assert.Equal(KafkaErrors.Known.Order(), Expected.Keys.Order());

    [Theory]
    [InlineData((ErrorCode)12345)]
    [InlineData(ErrorCode.GroupIdNotFound)]
    [InlineData(ErrorCode.Unknown)]
    public void An_error_that_nobody_foresaw_loses_nothing(ErrorCode code) => Assert.Equal("R", Letters(1, code));

    [Theory]
    [InlineData(ErrorCode.MsgSizeTooLarge, "MSG_SIZE_TOO_LARGE")]
    [InlineData(ErrorCode.Local_MsgTimedOut, "LOCAL_MSG_TIMED_OUT")]
    [InlineData((ErrorCode)12345, "KAFKA_12345")]
    public void Codes_have_names(ErrorCode code, string name) => Assert.Equal(name, KafkaErrors.Name(code));

    /// <summary>One letter for the whole send, then the marks.</summary>
    private static string Letters(int records, ErrorCode code)
    {
        var (result, rebuild) = KafkaOutcome.Read(Enumerable.Repeat(code, records).ToArray(), null, _ => true, null);
        var outcome = result switch
        {
            { Outcome: RecordOutcome.Rejected } or { Records: [RecordOutcome.Rejected] } => '?',
            { Outcome: RecordOutcome.Retry, Records: null } => 'R',
            _ => '-',
        };
        if (outcome == 'R') Assert.Equal(KafkaErrors.Of(code).Verdict == KafkaVerdict.Neighbour ? TimeSpan.Zero : null, result.RetryAfter);
        return $"{outcome}{(result.NeedsOperator ? "!" : "")}{(rebuild ? "*" : "")}";
    }

    private static Dictionary<ErrorCode, string> Rows(params (string Outcome, ErrorCode[] Codes)[] rows) =>
        rows.SelectMany(row => row.Codes.Select(code => (code, row.Outcome))).ToDictionary();
}
