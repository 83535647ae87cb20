using StepExport.Core.Delivery;
using StepExport.Sinks.SplunkHec;

namespace StepExport.Tests.Sinks.SplunkHec;

/// <summary>Two parts of a batch of five, records 0, 2, 4 and 1, 3: what the batch reports.</summary>
public sealed class PartResultTests
{
    private static readonly SendResult Refused = SendResult.Retry("refused", "HTTP 403/4", needsOperator: true);
    private static readonly SendResult Busy = SendResult.Retry("busy", "HTTP 503/9", TimeSpan.FromSeconds(7));
    private static readonly SendResult Unclear = SendResult.Rejected("no format", "HTTP 400/6");
    private static readonly SendResult Pauses = SendResult.Retry("later");

    [Fact]
    public void All_delivered_is_delivered() => Assert.Same(SendResult.Delivered, Join(SendResult.Delivered, SendResult.Delivered));

    [Fact]
    public void A_refused_token_costs_the_others_nothing()
    {
        var result = Join(SendResult.Delivered, Refused);

        Assert.Equal("DRDRD", Letters(result));
        Assert.Equal(("b: refused", "HTTP 403/4", null), (result.Reason, result.Code, result.RetryAfter));
    }

    [Fact]
    public void Nothing_taken_at_all_is_a_retry_with_everything_said()
    {
        var result = Join(Busy, Refused);

        Assert.Null(result.Records);
        Assert.Equal((RecordOutcome.Retry, "a: busy; b: refused", "HTTP 503/9", true), (result.Outcome, result.Reason, result.Code, result.NeedsOperator));
        Assert.Equal(TimeSpan.FromSeconds(7), result.RetryAfter);
    }

    [Fact]
    public void A_part_with_an_unknown_offender_is_sent_again_at_once_and_by_then_alone()
    {
        var result = Join(SendResult.Delivered, Unclear);

        Assert.Equal(("DRDRD", TimeSpan.Zero), (Letters(result), result.RetryAfter));
    }

    [Fact]
    public void Unknown_offenders_alone_are_halved_by_the_runner()
    {
        var result = Join(Refused, Unclear);

        Assert.Null(result.Records);
        Assert.Equal((RecordOutcome.Rejected, "b: no format", "HTTP 400/6"), (result.Outcome, result.Reason, result.Code));
    }

    [Fact]
    public void Every_dead_letter_keeps_its_own_reason()
    {
        var first = SendResult.PerRecord([RecordOutcome.Delivered, RecordOutcome.Rejected, RecordOutcome.Retry], "blank", "HTTP 400/13", TimeSpan.Zero);
        var second = SendResult.PerRecord([RecordOutcome.Rejected, RecordOutcome.Retry], "missing", "HTTP 400/12", TimeSpan.Zero);

        var result = Join(first, second);

        // The second part's offender is sent again, and rejected then.
        Assert.Equal(("DRJRR", "a: blank", "HTTP 400/13", TimeSpan.Zero), (Letters(result), result.Reason, result.Code, result.RetryAfter));
    }

    [Fact]
    public void A_part_of_one_record_knows_its_offender()
    {
        var result = PartResult.Join(2, [new("a", [0], SendResult.Delivered), new("b", [1], Unclear)]);

        Assert.Equal(("DJ", "b: no format"), (Letters(result), result.Reason));
    }

    [Fact]
    public void The_longest_pause_that_was_asked_for_is_kept()
    {
        Assert.Equal(TimeSpan.FromSeconds(7), Join(Busy, Pauses).RetryAfter);
        Assert.Null(Join(SendResult.Retry("at once", retryAfter: TimeSpan.Zero), Pauses).RetryAfter);
        Assert.Equal(TimeSpan.Zero, Join(SendResult.Retry("at once", retryAfter: TimeSpan.Zero), SendResult.Delivered).RetryAfter);
    }

    private static SendResult Join(SendResult first, SendResult second) =>
        PartResult.Join(5, [new("a", [0, 2, 4], first), new("b", [1, 3], second)]);

    private static string Letters(SendResult result) => string.Concat(result.Records!.Select(r => r switch
    {
        RecordOutcome.Delivered => 'D',
        RecordOutcome.Rejected => 'J',
        _ => 'R',
    }));
}
