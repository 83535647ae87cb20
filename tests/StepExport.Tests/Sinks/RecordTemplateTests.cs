using System.Text;
using FsCheck;
using FsCheck.Fluent;
using StepExport.Core.Model;
using StepExport.Sinks;

namespace StepExport.Tests.Sinks;

public class RecordTemplateTests
{
    // 2025-07-22 17:07:12 UTC
    private const long TimeMs = 1753204032000;

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("", "")]
    [InlineData("a/{owner}/b.{repo}", "a/acme/b.shop")]
    [InlineData("{type}-{severity}", "Domain-Blocked-high")]
    [InlineData("date={date}/hour={hour}", "date=2025-07-22/hour=17")]
    [InlineData("{year}{month}{day}", "20250722")]
    [InlineData("ü{owner}", "üacme")]
    public void Fills_in_the_values(string template, string expected) => Assert.Equal(expected, Render(template, "acme/shop"));

    [Theory]
    [InlineData("../../etc/passwd", "__")]
    [InlineData("a b\n\0c%2e%2e/x", "a_b__c_2e_2e")]
    [InlineData("…/x", "___")]
    [InlineData("./x", "_")]
    [InlineData("..../x", "____")]
    [InlineData("a.b..c/x", "a.b..c")]
    [InlineData("", "_")]
    [InlineData("/x", "_")]
    [InlineData("lonely", "lonely")]
    public void Confines_a_hostile_owner(string repository, string expected) => Assert.Equal(expected, Render("{owner}", repository));

    [Theory]
    [InlineData("acme/a/b", "a_b")]
    [InlineData("acme/..", "__")]
    [InlineData("acme/", "_")]
    [InlineData("acme", "_")]
    public void Confines_a_hostile_repository(string repository, string expected) => Assert.Equal(expected, Render("{repo}", repository));

    [Fact]
    public void Cuts_what_is_too_long() => Assert.Equal(new string('x', 100), Render("{owner}", new string('x', 300) + "/y"));

    [Theory]
    [InlineData(long.MinValue, "0001-01-01T00")]
    [InlineData(long.MaxValue, "9999-12-31T23")]
    [InlineData(-1, "1969-12-31T23")]
    public void Any_event_time_has_a_date(long timeMs, string expected) => Assert.Equal(expected, Render("{date}T{hour}", "a/b", timeMs));

    [Theory]
    [InlineData("{ownr}", "{ownr} is not a placeholder; write one of {owner}, {repo}, {type}, {severity}, {date}, {hour}, {year}, {month}, {day}")]
    [InlineData("{none}", "{none} is not a placeholder")]
    [InlineData("{Owner}", "{Owner} is not a placeholder")]
    [InlineData("a{owner", "without its counterpart")]
    [InlineData("a}b", "without its counterpart")]
    [InlineData("{}", "{} is not a placeholder")]
    public void Says_what_is_wrong(string text, string expected)
    {
        Assert.False(RecordTemplate.TryParse(text, out _, out var problem));
        Assert.Contains(expected, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void No_value_leaves_its_place() => Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), ArbMap.Default.ArbFor<byte[]>(), (repository, type) =>
    {
        var record = Record(repository, type, TimeMs);
        var parts = Render("{owner}/{repo}/{type}", record).Split('/');
        return parts.Length == 3 && parts.All(p => p.Length is > 0 and <= 100 && p.Trim('.').Length > 0
            && p.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-'));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Knows_how_long_it_can_become_and_whether_it_varies()
    {
        Assert.True(RecordTemplate.TryParse("abc", out var plain, out _));
        Assert.True(RecordTemplate.TryParse("abc{repo}{hour}", out var varying, out _));
        Assert.Equal((3, true, 203, false), (plain.MaxLength, plain.IsConstant, varying.MaxLength, varying.IsConstant));
    }

    private static string Render(string text, string repository, long timeMs = TimeMs) =>
        Render(text, Record(Encoding.UTF8.GetBytes(repository), Encoding.UTF8.GetBytes("Domain-Blocked"), timeMs));

    private static string Render(string text, ExportRecord record)
    {
        Assert.True(RecordTemplate.TryParse(text, out var template, out var problem), problem);
        var buffer = new byte[template.MaxLength];
        return Encoding.UTF8.GetString(buffer.AsSpan(0, template.Render(record, buffer)));
    }

    private static ExportRecord Record(byte[] repository, byte[] type, long timeMs)
    {
        var header = new RecordHeader
        {
            TimeMs = timeMs,
            Severity = Severity.High,
            Status = FindingStatus.New,
            Uid = new byte[32],
            Type = type,
            Repository = repository,
        };
        var bytes = new byte[ExportRecord.EncodedLength(header, 2)];
        ExportRecord.Encode(header, "{}"u8, bytes);
        return new(1, 1, bytes);
    }
}
