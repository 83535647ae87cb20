using FsCheck;
using FsCheck.Fluent;
using StepExport.Checks.GitHub;
using StepExport.Core.Checks;
using StepExport.Testing.Checks;
using Check = StepExport.Core.Checks.Check;
using Property = FsCheck.Check;

namespace StepExport.Tests.Checks.GitHub;

public sealed class CheckRunTextTests : IDisposable
{
    private readonly CheckRig _rig = new(settle: TimeSpan.Zero);

    [Fact]
    public void A_pending_check_says_what_to_review_and_where()
    {
        _rig.Store.Apply([SomeFinding.Failing(1), SomeFinding.Failing(2), SomeFinding.Passing(3)]);

        var content = Content();

        Assert.Equal(("2 findings to review", "approve:1", $"https://checks.example.com/checks/{SomeFinding.Run()}"), (content.Title, content.Button, content.DetailsUrl));
        Assert.Contains("| `host1.example.com:443` | `curl https://host1.example.com/` | `build` | `New-Outbound-Network-Call` | medium |", content.Summary, StringComparison.Ordinal);
        Assert.Contains("[Review and approve](https://checks.example.com/checks/acme/api/", content.Summary, StringComparison.Ordinal);
        Assert.Contains("press **Approve**", content.Summary, StringComparison.Ordinal);
        Assert.DoesNotContain("Secret-In-Build-Log", content.Summary, StringComparison.Ordinal);
        Assert.Contains("|  |  | `build` | `Secret-In-Build-Log` | low |", content.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void An_approved_check_says_by_whom_and_why()
    {
        _rig.Store.Apply([SomeFinding.Failing()]);
        _rig.Store.Approve(SomeFinding.Run(), 1, "alice", ApprovalVia.Page, "known | `mirror`\n@jane");

        var content = Content();

        Assert.Equal(("Approved by alice", null, null), (content.Title, content.Button, content.Text));
        Assert.Contains("`alice` approved these findings at 2026-07-22 18:00:00 UTC.", content.Summary, StringComparison.Ordinal);
        Assert.Contains("\n> ``known | `mirror`\\u000a@jane``\n", content.Summary, StringComparison.Ordinal);
        Assert.Contains("See the review", content.Summary, StringComparison.Ordinal);
        Assert.DoesNotContain("press", content.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void A_finding_after_an_approval_is_pending_again()
    {
        _rig.Store.Apply([SomeFinding.Failing()]);
        _rig.Store.Approve(SomeFinding.Run(), 1, "alice", ApprovalVia.Page, null);
        _rig.Store.Apply([SomeFinding.Failing(2)]);

        var content = Content();

        Assert.EndsWith("to review", content.Title, StringComparison.Ordinal);
        Assert.Equal($"approve:{_rig.Check().Revision}", content.Button);
        Assert.DoesNotContain("alice", content.Summary, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "No findings")]
    [InlineData(1, "1 finding, none of which fails")]
    [InlineData(2, "2 findings, none of which fails")]
    public void A_check_that_passes_by_the_rules_says_so(int findings, string title)
    {
        _rig.Store.Apply([.. Enumerable.Range(1, Math.Max(1, findings)).Select(i => SomeFinding.Passing(i))]);
        var check = _rig.Check() with { Findings = findings };

        var content = GitHubRig.Text().Of(check, findings == 0 ? [] : _rig.Store.Findings(check.Key), []);

        Assert.Equal((title, null), (content.Title, content.Button));
    }

    [Fact]
    public void Without_a_webhook_or_an_address_there_is_neither_button_nor_link()
    {
        _rig.Store.Apply([SomeFinding.Failing()]);

        var content = new CheckRunText(null, hasButton: false).Of(_rig.Check(), Findings(), []);

        Assert.Equal((null, null), (content.Button, content.DetailsUrl));
        Assert.DoesNotContain("pprove", content.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void Refusals_are_shown_as_long_as_they_are_about_what_there_is()
    {
        _rig.Store.Apply([SomeFinding.Failing()]);
        _rig.Store.Refuse(SomeFinding.Run(), "octo", ApprovalVia.GitHub, "octo opened the pull request");
        Assert.Contains("`octo` wanted to approve and may not: `octo opened the pull request`", Content().Summary, StringComparison.Ordinal);

        _rig.Store.Apply([SomeFinding.Failing(2)]);

        Assert.DoesNotContain("octo", Content().Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void Fifty_rows_are_shown_and_the_others_counted()
    {
        _rig.Store.Apply([.. Enumerable.Range(1, 53).Select(i => SomeFinding.Failing(i)), .. Enumerable.Range(1, 51).Select(i => SomeFinding.Passing(i))]);

        var content = Content();

        Assert.Equal((52, 52), (Rows(content.Summary).Count, Rows(content.Text!).Count));
        Assert.Contains("\nand 3 more\n", content.Summary, StringComparison.Ordinal);
        Assert.Contains("\nand 1 more\n", content.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_too_long_for_GitHub_is_cut_by_whole_rows()
    {
        _rig.Store.Apply([.. Enumerable.Range(1, 50).Select(i => SomeFinding.Failing(i) with { Process = new('\u0001', 400), Job = new('|', 400) })]);

        var content = Content();

        Assert.InRange(content.Summary.Length, 60_000, CheckRunText.Longest);
        Assert.EndsWith("medium |\n…\n", content.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_the_values_the_table_keeps_its_shape()
    {
        _rig.Store.Apply([SomeFinding.Failing()]);
        _rig.Store.Approve(SomeFinding.Run(), 1, "alice", ApprovalVia.Page, null);
        var check = _rig.Check();
        var plain = Lines(check, "a").Length;
        Property.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(Arb.From(MarkdownTests.Hostile), value =>
        {
            var lines = Lines(check, $"a{value}");
            var rows = lines.Where(line => line.StartsWith('|')).ToList();
            var comment = Assert.Single(lines, line => line.StartsWith("> ", StringComparison.Ordinal));
            return lines.Length == plain && rows.Count == 3 && rows.All(row => MarkdownTests.Bar().Count(row) == 6) && MarkdownTests.IsOneFence(comment[2..])
                && MarkdownTests.Bar().Split(rows[2])[1..5].All(cell => MarkdownTests.IsOneFence(cell[1..^1]));
        }));
    }

    public void Dispose() => _rig.Dispose();

    private static string[] Lines(Check check, string value) => GitHubRig.Text().Of(
        check with { Workflow = value, Approval = check.Approval! with { Login = value, Comment = value } },
        [SomeFinding.Failing() with { Fails = true, Endpoint = new(value, 443), MoreEndpoints = [new(value, null)], Process = value, Job = value, Type = value }],
        []).Summary.Split('\n');

    private static List<string> Rows(string text) => [.. text.Split('\n').Where(line => line.StartsWith('|'))];

    private IReadOnlyList<CheckFinding> Findings() => _rig.Store.Findings(SomeFinding.Run());

    private CheckRunContent Content() => GitHubRig.Text().Of(_rig.Check(), Findings(), _rig.Store.History(SomeFinding.Run()));
}
