using StepExport.Core.Delivery;
using StepExport.Core.Model;
using StepExport.Testing.Delivery;

namespace StepExport.Tests.Delivery;

public sealed class RecordFilterTests
{
    [Theory]
    [InlineData("*", "", true)]
    [InlineData("**", "anything", true)]
    [InlineData("acme/*", "acme/shop", true)]
    [InlineData("acme/*", "ACME/Shop", true)]
    [InlineData("acme/*", "acme/", true)]
    [InlineData("acme/*", "acmee/shop", false)]
    [InlineData("*/shop", "acme/shop", true)]
    [InlineData("*/shop", "acme/shop2", false)]
    [InlineData("a*b*c", "aXbXbXc", true)]
    [InlineData("a*b*c", "aXbXbX", false)]
    [InlineData("*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false)]
    [InlineData("acme/shop", "acme/shop", true)]
    [InlineData("acme/shop", "acme/sho", false)]
    [InlineData("acme/shop", "acme/shopp", false)]
    [InlineData("", "", true)]
    [InlineData("", "x", false)]
    [InlineData("münch/*", "münch/bier", true)]
    [InlineData("[x", "{x", false)]
    [InlineData("@", "`", false)]
    public void A_star_matches_any_run_and_letters_match_in_either_case(string pattern, string text, bool matches) =>
        Assert.Equal(matches, new Utf8Glob(pattern).IsMatch(System.Text.Encoding.UTF8.GetBytes(text)));

    [Theory]
    [InlineData("Medium", "Domain-*", "acme/*", true)]
    [InlineData("High", "Domain-*", "acme/*", false)]
    [InlineData("Low", "Reverse-Shell", "acme/*", false)]
    [InlineData("Low", "*", "other/*", false)]
    [InlineData("Unknown", "Domain-Blocked", "*", true)]
    public void Conditions_are_joined_by_and(string minimum, string type, string repository, bool accepted)
    {
        var filter = RecordFilter.Create(Enum.Parse<Severity>(minimum), ["Nothing", type], [repository]);
        Assert.Equal(accepted, filter.Accepts(new SomeRecord(1) { Severity = Severity.Medium }.Encode(1)));
    }

    [Theory]
    [InlineData("New", true)]
    [InlineData("Unknown", true)]
    [InlineData("Resolved", true)]
    [InlineData("Suppressed", false)]
    public void States_that_are_not_listed_are_refused(string state, bool accepted)
    {
        var filter = RecordFilter.Create(Severity.Unknown, ["*"], ["*"], [FindingStatus.New, FindingStatus.Resolved]);
        Assert.Equal(accepted, filter.Accepts(new SomeRecord(1) { Status = Enum.Parse<FindingStatus>(state) }.Encode(1)));
    }

    [Fact]
    public void Every_state_listed_is_the_fast_path() => Assert.Same(
        RecordFilter.All, RecordFilter.Create(Severity.Unknown, ["*"], ["*"], [FindingStatus.New, FindingStatus.Suppressed, FindingStatus.Resolved]));

    [Fact]
    public void No_restriction_is_the_fast_path() =>
        Assert.Same(RecordFilter.All, RecordFilter.Create(Severity.Unknown, ["x", "*"], ["*"]));

    [Fact]
    public void Deciding_allocates_nothing()
    {
        var filter = RecordFilter.Create(Severity.Low, ["Nothing", "*-Blocked"], ["other/*", "acme/*"]);
        var record = new SomeRecord(1).Encode(1);
        Assert.True(filter.Accepts(record));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) _ = filter.Accepts(record);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
