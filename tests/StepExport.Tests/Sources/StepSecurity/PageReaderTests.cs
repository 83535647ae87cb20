using System.Text;
using StepExport.Sources.StepSecurity;

namespace StepExport.Tests.Sources.StepSecurity;

/// <summary>Bodies of the API, and the records that come out of them.</summary>
public sealed class PageReaderTests
{
    [Theory]
    [InlineData("""{"data":{"detections":[{"a":1},{"a":2}],"has_more":true,"next_token":"t","count":2}}""", true, "t")]
    [InlineData("""{"data":{"next_token":"t","has_more":"true","detections":[{"a":1},{"a":2}]}}""", true, "t")]
    [InlineData("""{"detections":[{"a":1},{"a":2}],"pagination":{"current_page":"1"}}""", null, null)]
    [InlineData("""{"data":[{"a":1},{"a":2}],"next_token":"t"}""", null, "t")]
    [InlineData("""[{"a":1},{"a":2}]""", null, null)]
    [InlineData("""{"data":{"detections":[{"a":1},{"a":2}],"has_more":false,"next_token":null}}""", false, null)]
    public void Finds_the_records_and_what_comes_next(string body, bool? hasMore, string? token)
    {
        var page = Read(body)!;
        Assert.Equal((hasMore, token), (page.HasMore, page.NextToken));
        Assert.Equal("""[{"a":1},{"a":2}]""", Write(page, body));
    }

    [Theory]
    [InlineData("""{"data":{"detections":null,"has_more":false}}""")]
    [InlineData("""{"data":null}""")]
    [InlineData("""{"detections":[]}""")]
    public void Null_is_an_empty_list(string body) => Assert.Empty(Read(body)!.Records);

    [Theory]
    [InlineData("", "not JSON")]
    [InlineData("<html>", "not JSON")]
    [InlineData("""{"data":{"detections":[{"a":1}""", "not JSON")]
    [InlineData("""{"data":{"detections":[]}} trailing""", "not JSON")]
    [InlineData("""{"message":"Forbidden"}""", "no list")]
    [InlineData("""{"data":{"detections":{"a":1}}}""", "no list")]
    [InlineData("\"text\"", "no list")]
    public void Says_why_there_is_no_page(string body, string expected)
    {
        Assert.Null(PageReader.Read(Encoding.UTF8.GetBytes(body), null, out var trouble));
        Assert.Contains(expected, trouble, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"timestamp":"1753204032"}""", 1_753_204_032_000)]
    [InlineData("""{"timestamp":1753204032}""", 1_753_204_032_000)]
    [InlineData("""{"x":{"timestamp":1753204032}}""", 0)]
    [InlineData("""{"timestamp":"yesterday"}""", 0)]
    [InlineData("""{"timestamp":["1753204032"]}""", 0)]
    [InlineData("""{"incident_start_time":"2025-07-22T17:07:12Z","updated_at":"2025-07-22T17:07:13.5Z"}""", 1_753_204_033_500)]
    public void Reads_the_time(string record, long expected) => Assert.Equal(expected, Read($"[{record}]")!.NewestMs);

    [Theory]
    [InlineData("""{"id":"A","is_resolved":true}""", """{"id":"A","is_resolved":true}""")]
    [InlineData("""{"id":"A","is_resolved":"True"}""", """{"id":"A","is_resolved":"True"}""")]
    [InlineData("""{"id":"A"}""", """{"is_resolved":true,"id":"A"}""")]
    [InlineData("""{ }""", """{"is_resolved":true }""")]
    [InlineData("""{"is_resolved":false,"id":"A"}""", """{"is_resolved":true,"id":"A"}""")]
    [InlineData("""{"id":"A","is_resolved" : "" }""", """{"id":"A","is_resolved" : true }""")]
    [InlineData("""{"id":"A","is_resolved":null}""", """{"id":"A","is_resolved":true}""")]
    [InlineData("""{"id":"A","is_resolved":[1,{"is_resolved":true}]}""", """{"id":"A","is_resolved":true}""")]
    [InlineData("""{"id":"A","x":{"is_resolved":true}}""", """{"is_resolved":true,"id":"A","x":{"is_resolved":true}}""")]
    [InlineData("5", "5")]
    public void A_record_says_what_its_list_implies(string record, string expected)
    {
        foreach (var mark in new[] { "", "\uFEFF" })
        {
            var body = mark + """{"data":{"detections":[""" + record + " , " + record + "]}}";
            Assert.Equal($"[{expected},{expected}]", Write(Read(body, ImpliedMember.IsResolved)!, body, ImpliedMember.IsResolved));
        }
    }

    [Theory]
    [InlineData("""{"id":"u"}""", """{"type":"Threat-Intelligence","id":"u"}""")]
    [InlineData("""{"id":"u","type":null}""", """{"id":"u","type":"Threat-Intelligence"}""")]
    [InlineData("""{"id":"u","type":"malware"}""", """{"id":"u","type":"malware"}""")]
    public void An_incident_gets_its_type(string record, string expected) =>
        Assert.Equal($"[{expected}]", Write(Read($"[{record}]", ImpliedMember.ThreatIntelligence)!, $"[{record}]", ImpliedMember.ThreatIntelligence));

    [Fact]
    public void Old_records_are_left_out_and_those_without_a_time_are_taken()
    {
        const string body = """[{"timestamp":1753204032},{"timestamp":1753204031},{"a":1}]""";
        Assert.Equal("""[{"timestamp":1753204032},{"a":1}]""", Write(Read(body)!, body, takeFrom: 1_753_204_032_000));
    }

    [Theory]
    [InlineData("""[{"timestamp":1753204030},{"timestamp":1753204031}]""", true)]
    [InlineData("""[{"timestamp":1753204030},{"timestamp":1753204032}]""", false)]
    [InlineData("""[{"timestamp":1753204030},{"a":1}]""", false)]
    [InlineData("[]", false)]
    public void A_page_is_older_when_every_record_is(string body, bool expected) => Assert.Equal(expected, Read(body)!.IsOlderThan(1_753_204_032_000));

    private static Page? Read(string body, ImpliedMember? implied = null) => PageReader.Read(Encoding.UTF8.GetBytes(body), implied, out _);

    private static string Write(Page page, string body, ImpliedMember? implied = null, long takeFrom = 0)
    {
        using var output = new PageBuffer();
        page.WriteTo(output, Encoding.UTF8.GetBytes(body), takeFrom, implied);
        return Encoding.UTF8.GetString(output.Written.Span);
    }
}
