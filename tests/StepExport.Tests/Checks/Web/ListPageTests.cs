using System.Net;
using System.Text.RegularExpressions;
using StepExport.Core.Checks;
using StepExport.Core.Model;
using StepExport.Testing.Checks;

namespace StepExport.Tests.Checks.Web;

public sealed partial class ListPageTests : IAsyncLifetime
{
    private WebRig _rig = null!;
    private Visitor _visitor = null!;

    public async ValueTask InitializeAsync()
    {
        _rig = await WebRig.StartAsync();
        _visitor = await _rig.SignInAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _visitor.Dispose();
        await _rig.DisposeAsync();
    }

    [Fact]
    public async Task Says_what_to_do_while_there_are_no_checks()
    {
        Assert.Contains("No checks yet", (await _visitor.GetAsync("/checks")).Body, StringComparison.Ordinal);

        Apply(SomeFinding.Failing());

        Assert.Contains("No check meets these filters", (await _visitor.GetAsync("/checks?search=nowhere")).Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "4 3 2 1")]
    [InlineData("?conclusion=failure", "3 1")]
    [InlineData("?conclusion=success", "4 2")]
    [InlineData("?status=pending", "3 1")]
    [InlineData("?status=approved", "4 2")]
    [InlineData("?conclusion=failure&status=approved", "")]
    [InlineData("?repository=acme/web", "3")]
    [InlineData("?repository=acme", "")]
    [InlineData("?search=HOST3.example", "3")]
    [InlineData("?search=octo", "4")]
    [InlineData("?search=%23101", "1")]
    [InlineData("?conclusion=failure&status=pending&repository=acme/api&search=curl", "1")]
    [InlineData("?conclusion=nonsense&status=&page=-3&page=x", "4 3 2 1")]
    public async Task Filters(string address, string runs)
    {
        Apply(SomeFinding.Failing(1, 1));
        _rig.Store.SetRun(SomeFinding.Run(1), SomeFinding.Facts(1));
        Apply(SomeFinding.Passing(1, 2));
        Apply(SomeFinding.Failing(3, 3) with { Check = new("acme/web", SomeFinding.Run(3).RunId) });
        Apply(SomeFinding.Failing(4, 4));
        Assert.Equal(ApproveOutcome.Approved, _rig.Store.Approve(SomeFinding.Run(4), 1, "octo", ApprovalVia.Api, null));

        Assert.Equal(runs, string.Join(' ', Runs((await _visitor.GetAsync("/checks" + address)).Body)));
    }

    [Fact]
    public async Task Turns_pages_without_losing_the_filters()
    {
        for (var run = 1; run <= 60; run++) Apply(SomeFinding.Failing(1, run));

        var first = await _visitor.GetAsync("/checks?status=pending");
        var next = Next().Match(first.Body);
        Assert.Equal(Enumerable.Range(36, 25).Reverse(), Runs(first.Body));
        Assert.Equal("/checks?status=pending&page=2", WebUtility.HtmlDecode(next.Groups[1].Value));

        var second = await _visitor.GetAsync("/checks?status=pending&page=2");
        Assert.Equal(Enumerable.Range(11, 25).Reverse(), Runs(second.Body));
        Assert.Contains("Checks 26 to 50 of 60", second.Body, StringComparison.Ordinal);

        Assert.Equal(Enumerable.Range(1, 10).Reverse(), Runs((await _visitor.GetAsync("/checks?status=pending&page=900")).Body));
    }

    [Fact]
    public async Task Shows_who_approved_and_the_calls()
    {
        Apply(SomeFinding.Failing(1), SomeFinding.Failing(2) with { Severity = Severity.High, MoreEndpoints = [new("203.0.113.7", 8443)] });
        _rig.Store.SetRun(SomeFinding.Run(), SomeFinding.Facts());
        _rig.Store.Approve(SomeFinding.Run(), 1, "cora", ApprovalVia.GitHub, null);

        var body = (await _visitor.GetAsync("/checks")).Body;

        Assert.Contains("""data-name="Approver">cora<""", body, StringComparison.Ordinal);
        Assert.Contains("""<a href="https://github.com/acme/api/pull/101" rel="noreferrer noopener external">#101</a>""", body, StringComparison.Ordinal);
        Assert.Contains("<code>host1.example.com:443</code>", body, StringComparison.Ordinal);
        Assert.Contains("<code>curl https://host2.example.com/</code>", body, StringComparison.Ordinal);
        Assert.Contains("<br><code>203.0.113.7:8443</code>", body, StringComparison.Ordinal);
        Assert.Contains("<summary>2 findings, 2 failing", body, StringComparison.Ordinal);
        Assert.Contains("""<a class="button" href="/checks/acme/api/16625207001">""", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_from_a_detection_becomes_a_tag()
    {
        const string Attack = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>\u202e";
        var key = new CheckKey($"acme/a{Attack.Replace("/", "", StringComparison.Ordinal)}", "7");
        _rig.Store.Apply([SomeFinding.Failing() with
        {
            Check = key, Type = "New-Outbound-Network-Call", Title = Attack, Job = Attack, Process = Attack, Endpoint = new(Attack, 443), Url = $"javascript:{Attack}", Workflow = Attack,
        }]);
        _rig.Store.SetRun(key, new(Attack, Attack, Attack, 7, [Attack], $"javascript:{Attack}"));
        _rig.Store.Refuse(key, Attack, Attack, Attack);

        var list = await _visitor.GetAsync($"/checks?search={Uri.EscapeDataString(Attack[..20])}");
        var review = await _visitor.GetAsync(WebUtility.HtmlDecode(Review().Match(list.Body).Groups[1].Value));
        _rig.Store.Approve(key, 1, Attack, Attack, Attack);
        var approved = await _visitor.GetAsync("/checks");

        foreach (var page in new[] { list, review, approved })
        {
            Assert.Equal(HttpStatusCode.OK, page.Status);
            Assert.Contains("&lt;script&gt;alert(1)", page.Body, StringComparison.Ordinal);
            Assert.Contains("\\u{202e}", page.Body, StringComparison.Ordinal);
            var tags = Tag().Matches(page.Body).Select(tag => tag.Groups[1].Value).Distinct().ToList();
            Assert.DoesNotContain("script", tags);
            Assert.DoesNotContain("img", tags);
            Assert.DoesNotMatch(Handler(), page.Body);
            Assert.DoesNotContain("href=\"javascript:", page.Body, StringComparison.OrdinalIgnoreCase);
        }
    }

    private static IEnumerable<int> Runs(string body) => Run().Matches(body).Select(run => int.Parse(run.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture));

    private void Apply(params CheckFinding[] findings)
    {
        _rig.StoreTime.Advance(TimeSpan.FromMinutes(1));
        _rig.Store.Apply(findings);
    }

    [GeneratedRegex("""<span class="soft">run 16625207(\d+)</span>""")]
    private static partial Regex Run();

    [GeneratedRegex("""<a rel="next" href="([^"]*)">""")]
    private static partial Regex Next();

    [GeneratedRegex("""<a class="button" href="([^"]*)">""")]
    private static partial Regex Review();

    [GeneratedRegex("<([a-zA-Z][^\\s/>]*)")]
    private static partial Regex Tag();

    /// <summary>An attribute of a tag that holds script; text in quotation marks is passed over.</summary>
    [GeneratedRegex("""<[a-zA-Z](?:[^<>"]|"[^"]*")*\son[a-z]+\s*=""", RegexOptions.IgnoreCase)]
    private static partial Regex Handler();
}
