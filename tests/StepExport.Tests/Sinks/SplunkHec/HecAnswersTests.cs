using System.Text;
using StepExport.Core.Delivery;
using StepExport.Sinks.SplunkHec;

namespace StepExport.Tests.Sinks.SplunkHec;

/// <summary>The answer table, row by row, for a request of five events: D delivered, J rejected, R retry.</summary>
public sealed class HecAnswersTests
{
    private static readonly HecRequest FiveEvents = new(5, 10_000, IndexIsGood: true);

    [Theory]
    // Taken.
    [InlineData(200, 0, null, "DDDDD")]
    [InlineData(200, 24, null, "DDDDD", false, "SlowDown")]
    [InlineData(200, 25, null, "DDDDD", false, "SlowDown")]
    // The token: a person has to act, and nothing is dropped.
    [InlineData(403, 1, null, "RRRRR", true, "ReadToken")]
    [InlineData(401, 2, null, "RRRRR", true, "ReadToken")]
    [InlineData(401, 3, null, "RRRRR", true, "ReadToken")]
    [InlineData(403, 4, null, "RRRRR", true, "ReadToken")]
    [InlineData(401, null, null, "RRRRR", true, "ReadToken")]
    [InlineData(403, null, null, "RRRRR", true, "ReadToken")]
    // Records: those before N are indexed.
    [InlineData(400, 5, null, "?")]
    [InlineData(400, 6, 0, "JRRRR")]
    [InlineData(400, 6, 2, "DDJRR")]
    [InlineData(400, 6, 4, "DDDDJ")]
    [InlineData(400, 12, 1, "DJRRR")]
    [InlineData(400, 13, 3, "DDDJR")]
    [InlineData(400, 15, 2, "DDJRR")]
    [InlineData(400, 6, null, "?")]
    [InlineData(400, 6, 5, "?")]
    [InlineData(400, 15, -1, "?")]
    // Code 7 names the one behind the offender.
    [InlineData(400, 7, 3, "DDJRR")]
    [InlineData(400, 7, 5, "DDDDJ")]
    [InlineData(400, 7, 1, "JRRRR", false, "DoubtIndex")]
    [InlineData(400, 7, 0, "JRRRR", false, "DoubtIndex")]
    [InlineData(400, 7, 6, "?", false, "DoubtIndex")]
    [InlineData(400, 7, null, "?", false, "DoubtIndex")]
    // Too large.
    [InlineData(413, null, null, "?")]
    // The channel.
    [InlineData(400, 10, null, "RRRRR", false, "NewChannel")]
    [InlineData(400, 11, null, "RRRRR", false, "NewChannel")]
    [InlineData(429, 26, null, "RRRRR")]
    [InlineData(429, 27, null, "RRRRR", false, "NewChannel")]
    // Configuration.
    [InlineData(400, 14, null, "RRRRR", true, "NoAcknowledgement")]
    [InlineData(400, 16, null, "RRRRR", true)]
    [InlineData(400, 21, null, "RRRRR", true)]
    [InlineData(400, 22, null, "RRRRR", true)]
    [InlineData(400, 17, null, "RRRRR", true)]
    [InlineData(407, null, null, "RRRRR", true)]
    [InlineData(404, null, null, "RRRRR", true)]
    [InlineData(405, null, null, "RRRRR", true)]
    [InlineData(415, null, null, "RRRRR", true)]
    [InlineData(301, null, null, "RRRRR", true)]
    [InlineData(307, null, null, "RRRRR", true)]
    // Busy or broken.
    [InlineData(500, 8, null, "RRRRR")]
    [InlineData(503, 9, null, "RRRRR")]
    [InlineData(503, 9, 2, "RRRRR")]
    [InlineData(503, 18, null, "RRRRR")]
    [InlineData(503, 19, null, "RRRRR")]
    [InlineData(503, 20, null, "RRRRR")]
    [InlineData(503, 23, null, "RRRRR")]
    [InlineData(500, null, null, "RRRRR")]
    [InlineData(502, null, null, "RRRRR")]
    [InlineData(504, null, null, "RRRRR")]
    [InlineData(408, null, null, "RRRRR")]
    [InlineData(429, null, null, "RRRRR")]
    // Nobody knows: never a drop, and never an acceptance.
    [InlineData(200, null, null, "RRRRR", true)]
    [InlineData(200, 17, null, "RRRRR", true)]
    [InlineData(200, 6, 0, "RRRRR", true)]
    [InlineData(202, 0, null, "RRRRR", true)]
    [InlineData(204, null, null, "RRRRR", true)]
    [InlineData(400, null, null, "RRRRR", true)]
    [InlineData(400, 99, null, "RRRRR", true)]
    [InlineData(400, 8, null, "RRRRR", true)]
    [InlineData(403, 6, 0, "RRRRR", true, "ReadToken")]
    [InlineData(418, null, null, "RRRRR", true)]
    [InlineData(500, 6, 2, "RRRRR")]
    public void Answer_means(int status, int? code, int? invalidEvent, string outcome, bool needsOperator = false, string followUp = "None")
    {
        var answer = new HecResponse { Status = status, Code = code, InvalidEvent = invalidEvent, Text = "Words of Splunk" };

        var verdict = HecAnswers.Read(answer, FiveEvents);

        Assert.Equal(outcome, Letters(verdict.Result));
        Assert.Equal(needsOperator, verdict.Result.NeedsOperator);
        Assert.Equal(followUp, verdict.FollowUp.ToString());
        if (verdict.Result.Outcome == RecordOutcome.Delivered) return;
        Assert.Equal(code is null ? $"HTTP {status}" : $"HTTP {status}/{code}", verdict.Result.Code);
        Assert.EndsWith("; it says: Words of Splunk", verdict.Result.Reason, StringComparison.Ordinal);
        Assert.Equal(verdict.Result.Records is null ? null : TimeSpan.Zero, verdict.Result.RetryAfter);
    }

    [Theory]
    [InlineData(200, 0, "None", "Clean")]
    [InlineData(200, 24, "None", "Overload")]
    [InlineData(200, 25, "None", "Overload")]
    [InlineData(200, null, "Gone", "None")]
    [InlineData(301, null, "Gone", "None")]
    [InlineData(400, 6, "None", "None")]
    [InlineData(400, 7, "None", "None")]
    [InlineData(400, 14, "None", "None")]
    [InlineData(401, 2, "None", "None")]
    [InlineData(403, 4, "None", "None")]
    [InlineData(404, null, "Gone", "None")]
    [InlineData(413, null, "None", "None")]
    [InlineData(408, null, "Doubtful", "None")]
    [InlineData(429, 26, "None", "Overload")]
    [InlineData(429, 27, "None", "Overload")]
    [InlineData(500, 8, "None", "None")]
    [InlineData(502, null, "Doubtful", "None")]
    [InlineData(503, 9, "Doubtful", "Overload")]
    [InlineData(503, 18, "Doubtful", "Overload")]
    [InlineData(503, 19, "Doubtful", "Overload")]
    [InlineData(503, 20, "Doubtful", "Overload")]
    [InlineData(503, 23, "Gone", "Overload")]
    [InlineData(503, null, "Doubtful", "Overload")]
    public void Answer_says_of_the_endpoint_and_its_load(int status, int? code, string fault, string load)
    {
        var answer = new HecResponse { Status = status, Code = code, Text = "" };

        Assert.Equal((fault, load), (HecAnswers.FaultOf(answer).ToString(), HecAnswers.LoadOf(answer).ToString()));
    }

    [Theory]
    [InlineData(5_000_001, 0, "?")]
    [InlineData(5_000_000, 0, "JRRRR")]
    [InlineData(5_000_001, 1, "DJRRR")]
    public void Code_6_at_event_0_of_a_huge_body_is_about_its_size(long plainBytes, int invalidEvent, string outcome)
    {
        var answer = new HecResponse { Status = 400, Code = 6, InvalidEvent = invalidEvent, Text = "" };

        Assert.Equal(outcome, Letters(HecAnswers.Read(answer, new(5, plainBytes)).Result));
    }

    [Theory]
    [InlineData(0, "RRRRR", true)]
    [InlineData(1, "RRRRR", true)]
    [InlineData(null, "RRRRR", true)]
    [InlineData(2, "DJRRR", false)]
    public void Wrong_index_is_the_destinations_trouble_while_no_event_was_taken(int? invalidEvent, string outcome, bool needsOperator)
    {
        var answer = new HecResponse { Status = 400, Code = 7, InvalidEvent = invalidEvent, Text = "" };

        var result = HecAnswers.Read(answer, new(5, 10_000, IndexIsGood: false)).Result;

        Assert.Equal((outcome, needsOperator), (Letters(result), result.NeedsOperator));
    }

    [Theory]
    [InlineData(3, "DDRRR", 2)]
    [InlineData(5, "DDDDR", 4)]
    [InlineData(1, "RRRRR", 0)]
    [InlineData(0, "RRRRR", 0)]
    public void An_index_out_of_a_template_is_avoided_and_costs_no_record(int invalidEvent, string outcome, int suspect)
    {
        var answer = new HecResponse { Status = 400, Code = 7, InvalidEvent = invalidEvent, Text = "" };

        var verdict = HecAnswers.Read(answer, new(5, 10_000) { IndexVaries = true });

        Assert.Equal((outcome, "AvoidIndex", suspect), (Letters(verdict.Result), verdict.FollowUp.ToString(), verdict.Suspect));
        Assert.Equal(TimeSpan.Zero, verdict.Result.RetryAfter);
    }

    [Theory]
    [InlineData(5, null, "?", "None")]
    [InlineData(5, 6, "?", "None")]
    [InlineData(1, null, "R", "AvoidIndex")]
    public void A_refused_index_that_nobody_names_is_looked_for_by_halving(int events, int? invalidEvent, string outcome, string followUp)
    {
        var answer = new HecResponse { Status = 400, Code = 7, InvalidEvent = invalidEvent, Text = "" };

        var verdict = HecAnswers.Read(answer, new(events, 10_000) { IndexVaries = true });

        Assert.Equal((outcome, followUp), (Letters(verdict.Result), verdict.FollowUp.ToString()));
    }

    [Theory]
    [InlineData(5, null, "?", false, "None")]
    [InlineData(6, null, "?", false, "None")]
    [InlineData(6, 2, "?", false, "None")]
    [InlineData(12, 1, "?", false, "None")]
    [InlineData(7, null, "RRRRR", true, "None")]
    [InlineData(7, 3, "RRRRR", true, "None")]
    public void The_raw_endpoint_names_no_event(int code, int? invalidEvent, string outcome, bool needsOperator, string followUp)
    {
        var answer = new HecResponse { Status = 400, Code = code, InvalidEvent = invalidEvent, Text = "" };

        var verdict = HecAnswers.Read(answer, new(5, 10_000, IndexIsGood: true) { IsRaw = true });

        Assert.Equal((outcome, needsOperator, followUp), (Letters(verdict.Result), verdict.Result.NeedsOperator, verdict.FollowUp.ToString()));
    }

    [Fact]
    public void The_lines_of_a_raw_request_share_their_refused_index()
    {
        var answer = new HecResponse { Status = 400, Code = 7, InvalidEvent = 4, Text = "" };

        var verdict = HecAnswers.Read(answer, new(5, 10_000) { IsRaw = true, IndexVaries = true });

        Assert.Equal(("RRRRR", "AvoidIndex", 0), (Letters(verdict.Result), verdict.FollowUp.ToString(), verdict.Suspect));
    }

    [Theory]
    [InlineData(503, 9)]
    [InlineData(429, 26)]
    [InlineData(403, 4)]
    [InlineData(404, null)]
    public void Retry_after_is_passed_on(int status, int? code)
    {
        var answer = new HecResponse { Status = status, Code = code, Text = "", RetryAfter = TimeSpan.FromSeconds(7) };

        Assert.Equal(TimeSpan.FromSeconds(7), HecAnswers.Read(answer, FiveEvents).Result.RetryAfter);
    }

    [Theory]
    [InlineData("""{"text":"Success","code":0}""", 0, null, "Success")]
    [InlineData("""{"text":"Success","code":0,"ackId":4}""", 0, null, "Success")]
    [InlineData("""{"text":"Bad","code":6,"invalid-event-number":3}""", 6, 3, "Bad")]
    [InlineData("""{"text":"Bad","code":6,"invalid-event-number":"3"}""", 6, null, "Bad")]
    [InlineData("""{"text":"Bad","code":6,"invalid-event-number":99999999999}""", 6, null, "Bad")]
    [InlineData("""{"code":"0"}""", null, null, """{"code":"0"}""")]
    [InlineData("""{"code":0.5}""", null, null, """{"code":0.5}""")]
    [InlineData("""{"text":"Success","code":0} trailing""", null, null, """{"text":"Success","code":0} trailing""")]
    [InlineData("""{"text":"\ud800","code":0}""", null, null, """{"text":"\ud800","code":0}""")]
    [InlineData("""{"text":"a\nb","code":9}""", 9, null, "a b")]
    [InlineData("[0]", null, null, "[0]")]
    [InlineData("<html>\r\n</html>", null, null, "<html>  </html>")]
    [InlineData("", null, null, "")]
    public void Body_is_read_as(string body, int? code, int? invalidEvent, string text)
    {
        var response = HecResponse.Parse(200, Encoding.UTF8.GetBytes(body));

        Assert.Equal((code, invalidEvent, text), (response.Code, response.InvalidEvent, response.Text));
    }

    [Fact]
    public void Long_foreign_text_is_cut() => Assert.Equal(200, HecResponse.Parse(502, new byte[5000]).Text.Length);

    private static string Letters(SendResult result) => result switch
    {
        { Records: { } records } => string.Concat(records.Select(Letter)),
        { Outcome: RecordOutcome.Rejected } => "?",
        _ => new string(Letter(result.Outcome), 5),
    };

    private static char Letter(RecordOutcome outcome) => outcome switch
    {
        RecordOutcome.Delivered => 'D',
        RecordOutcome.Rejected => 'J',
        _ => 'R',
    };
}
