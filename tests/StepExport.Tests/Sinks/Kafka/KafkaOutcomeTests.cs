using Confluent.Kafka;
using StepExport.Core.Delivery;
using StepExport.Sinks.Kafka;

namespace StepExport.Tests.Sinks.Kafka;

/// <summary>Reports on several records together. d delivered, L too large for the topic, i invalid, n neighbour of an invalid one,
/// t timed out, a not authorized, o rejected by the sink itself.</summary>
public sealed class KafkaOutcomeTests
{
    [Theory]
    [InlineData("ddd", "D")]
    // Refused together with others: again, without those that were taken, and at once.
    [InlineData("dLL", "DRR at once")]
    [InlineData("L", "J at once")]
    [InlineData("LL", "?")]
    [InlineData("oL", "JR at once")]
    // The broker names the offenders.
    [InlineData("nin", "RJR at once")]
    [InlineData("din", "DJR at once")]
    // It does not: the same as with the size.
    [InlineData("ddi", "DDR at once")]
    [InlineData("ii", "?")]
    [InlineData("nL", "?")]
    [InlineData("nn", "R at once")]
    // Trouble of the destination goes by the back-off.
    [InlineData("dtt", "DRR")]
    [InlineData("dtL", "DRR")]
    [InlineData("tL", "R")]
    [InlineData("tt", "R")]
    [InlineData("ta", "R!*")]
    [InlineData("at", "R!*")]
    [InlineData("da", "DR")]
    // What the sink itself rejects is progress.
    [InlineData("o", "J at once")]
    [InlineData("dod", "DJD at once")]
    [InlineData("oa", "JR*")]
    public void Reports_mean(string reports, string expected) => Assert.Equal(expected, Letters(Read(reports).Result, Read(reports).Rebuild));

    [Fact]
    public void An_invalid_record_alone_is_rejected_when_the_topic_takes_others()
    {
        Assert.Equal("J at once", Letters(Read("i").Result, false));
        var (result, rebuild) = Read("i", tookSome: false);
        Assert.Equal("R!", Letters(result, rebuild));
    }

    [Fact]
    public void Every_rejected_record_has_its_own_reason_and_trouble_has_the_clients_words()
    {
        var result = Read("odit").Result;

        Assert.Equal(RecordOutcome.Rejected, result.Records![0]);
        Assert.Equal("reason 0", result.Reasons![0]);
        Assert.Equal("no acknowledgement within timeout; the client says: refused", result.Reason);
    }

    [Fact]
    public void A_dead_letter_gets_the_code_of_its_own_refusal()
    {
        Assert.Equal("INVALID_RECORD", Read("nina").Result.Code);
        Assert.Null(Read("oa").Result.Code);
        Assert.Equal("LOCAL_MSG_TIMED_OUT", Read("dt").Result.Code);
    }

    private static (SendResult Result, bool Rebuild) Read(string reports, bool tookSome = true)
    {
        var rejections = reports.Contains('o') ? reports.Select((r, i) => r == 'o' ? $"reason {i}" : null).ToArray() : null;
        return KafkaOutcome.Read(reports.Select(Code).ToArray(), rejections, _ => tookSome, "refused");
    }

    private static ErrorCode Code(char report) => report switch
    {
        'd' => ErrorCode.NoError,
        'L' => ErrorCode.MsgSizeTooLarge,
        'i' => ErrorCode.InvalidRecord,
        'n' => ErrorCode.Local_InvalidDifferentRecord,
        't' => ErrorCode.Local_MsgTimedOut,
        'a' => ErrorCode.TopicAuthorizationFailed,
        _ => KafkaSend.Open,
    };

    private static string Letters(SendResult result, bool rebuild)
    {
        var outcome = result switch
        {
            { Records: { } records } => string.Concat(records.Select(r => r switch { RecordOutcome.Delivered => 'D', RecordOutcome.Rejected => 'J', _ => 'R' })),
            { Outcome: RecordOutcome.Delivered } => "D",
            { Outcome: RecordOutcome.Rejected } => "?",
            _ => "R",
        };
        return $"{outcome}{(result.NeedsOperator ? "!" : "")}{(rebuild ? "*" : "")}{(result.RetryAfter == TimeSpan.Zero ? " at once" : "")}";
    }
}
