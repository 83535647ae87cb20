using StepExport.Core.Checks;
using StepExport.Core.Telemetry;
using StepExport.Testing.Checks;
using static StepExport.Testing.Checks.SomeFinding;

namespace StepExport.Tests.Checks;

/// <summary>What people look at.</summary>
public sealed class StoreListTests : IDisposable
{
    private readonly CheckRig _rig = new();

    private CheckStore Store => _rig.Store;

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void Pages_are_newest_first_and_whole()
    {
        for (var run = 1; run <= 7; run++)
        {
            // Some of one moment: their order has to be certain, too.
            if (run % 3 == 0) _rig.Time.Advance(TimeSpan.FromSeconds(1));
            Store.Apply([Failing(1, run)]);
        }

        Store.Apply([Failing(2, run: 1)]);
        var pages = Enumerable.Range(1, 4).Select(page => Store.List(new() { Size = 3, Page = page })).ToList();
        Assert.Equal([7, 6, 1, 5, 4, 3, 2], pages.SelectMany(page => page.Checks).Select(Number));
        Assert.All(pages, page => Assert.Equal(7, page.Total));
        Assert.Equal([3, 3, 1, 0], pages.Select(page => page.Checks.Count));
    }

    [Fact]
    public void Conditions_are_joined_by_and()
    {
        Store.Apply([Failing(1, 1), Failing(1, 2), Passing(1, 3), Failing(1, 4) with { Check = new("acme/web", Run(4).RunId) }]);
        Store.Approve(Run(2), 1, "eve", ApprovalVia.Page, null);

        Assert.Equal([1, 4], Runs(new() { Status = CheckStatus.Pending }));
        Assert.Equal([2, 3], Runs(new() { Conclusion = CheckConclusion.Success }));
        Assert.Equal([1], Runs(new() { Conclusion = CheckConclusion.Failure, Repository = "acme/api" }));
        Assert.Equal([4], Runs(new() { Status = CheckStatus.Pending, Search = "WEB" }));
        Assert.Equal([], Runs(new() { Conclusion = CheckConclusion.Success, Status = CheckStatus.Pending }));
        Assert.Equal(["acme/api", "acme/web"], Store.Repositories());
    }

    [Theory]
    [InlineData("ACME/API")]
    [InlineData("16625207001")]
    [InlineData("workflows/ci.yml")]
    [InlineData("Feature-1")]
    [InlineData("0000000000000000000000000000000000000001")]
    [InlineData("#101")]
    [InlineData("EVE")]
    [InlineData("host1.EXAMPLE.com")]
    [InlineData("evil.example")]
    [InlineData("Curl HTTPS")]
    [InlineData("anomalous outbound")]
    [InlineData("new-outbound")]
    [InlineData("100%")]
    [InlineData("a_b")]
    [InlineData("Ü")]
    public void Search_finds_the_text_wherever_it_stands(string text)
    {
        Store.Apply([
            Failing(1) with { MoreEndpoints = [new("evil.example", 443)], Process = "curl https://host1.example.com/?q=100% a_b Übung" },
            Passing(2, run: 2) with { Check = new("other/shop", Run(2).RunId), Type = "X", Title = "axb 100", Workflow = "w" }]);
        Store.SetRun(Run(), Facts());
        Store.Approve(Run(), 1, "Eve", ApprovalVia.Page, null);

        Assert.Equal([1], Runs(new() { Search = text }));
    }

    [Theory]
    [InlineData("nowhere")]
    [InlineData("%")]
    [InlineData("' OR 1=1 --")]
    public void Search_finds_nothing_else(string text)
    {
        Store.Apply([Failing(1), Passing(2, run: 2)]);
        Assert.Equal([], Runs(new() { Search = text }));
    }

    [Fact]
    public void Findings_are_failing_ones_first_and_then_by_time()
    {
        Store.Apply([Passing(1), Failing(4), Failing(2), Passing(3)]);
        Assert.Equal([Failing(2).Uid, Failing(4).Uid, Passing(1).Uid, Passing(3).Uid], Store.Findings(Run()).Select(f => f.Uid));
        Assert.Equal(2, Store.Findings(Run(), limit: 2).Count);
        Assert.Empty(Store.Findings(Run(9)));
    }

    [Fact]
    public void History_is_newest_first()
    {
        Store.Apply([Failing(1)]);
        Store.Refuse(Run(), "mallory", ApprovalVia.Page, "no");
        Store.Approve(Run(), 1, "eve", ApprovalVia.Page, "yes");

        Assert.Equal([CheckEventKind.Approved, CheckEventKind.Refused, CheckEventKind.Failed], Store.History(Run()).Select(line => line.Kind));
        Assert.Equal("yes", Assert.Single(Store.History(Run(), limit: 1)).Text);
        Assert.Empty(Store.History(Run(2)));
    }

    [Fact]
    public void Totals_say_what_waits_and_since_when()
    {
        Assert.Equal(default, Store.Totals());
        var first = _rig.Time.GetUtcNow();
        Store.Apply([Failing(1)]);
        _rig.Time.Advance(TimeSpan.FromHours(1));
        Store.Apply([Failing(1, run: 2), Passing(1, run: 3)]);

        Assert.Equal(new CheckTotals(2, 1, 0, 3, first), Store.Totals());
    }

    private static int Number(Check check) => int.Parse(check.Key.RunId[^3..], System.Globalization.CultureInfo.InvariantCulture);

    private IEnumerable<int> Runs(CheckQuery query)
    {
        var page = Store.List(query);
        Assert.Equal(page.Total, page.Checks.Count);
        return page.Checks.Select(Number).Order();
    }
}
