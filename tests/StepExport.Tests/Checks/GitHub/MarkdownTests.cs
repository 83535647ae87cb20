using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using Markdown = StepExport.Checks.GitHub.Markdown;

namespace StepExport.Tests.Checks.GitHub;

public sealed partial class MarkdownTests
{
    private static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(500);

    /// <summary>Strings of what means something to Markdown, HTML or a terminal.</summary>
    internal static Gen<string> Hostile { get; } = Gen.Elements(
        "`", "``", "|", "\\", "\\|", "\n", "\r\n", "\u2028", "\u0085", "\t", " ", "<b>", "-->", "@jane", "#1", "**", "](https://x.example)", "&#124;", "\u202e", "\u0000",
        "\ud800", "😀", "a", "build").ArrayOf().Select(string.Concat);

    [Theory]
    [InlineData("", "")]
    [InlineData("curl", "`curl`")]
    [InlineData("<img src=x> @jane", "`<img src=x> @jane`")]
    [InlineData("a`b", "``a`b``")]
    [InlineData("`a", "`` `a ``")]
    [InlineData("a``", "``` a`` ```")]
    [InlineData(" a ", "`  a  `")]
    [InlineData("a\r\nb", "`a\\u000d\\u000ab`")]
    [InlineData("a\u202eb", "`a\\u202eb`")]
    [InlineData("a|b", "`a|b`")]
    public void A_value_is_code(string value, string expected) => Assert.Equal(expected, Markdown.Code(value));

    [Theory]
    [InlineData("a|b", "`a\\|b`")]
    [InlineData("a\\|b", "`a\\\\|b`")]
    public void A_bar_is_escaped_in_a_cell(string value, string expected) => Assert.Equal(expected, Markdown.Cell(value));

    [Fact]
    public void A_long_value_is_cut_and_no_character_with_it()
    {
        Assert.Equal($"`{new string('a', 300)}`", Markdown.Code(new('a', 300)));
        Assert.Equal($"`{string.Concat(Enumerable.Repeat("😀", 300))}…`", Markdown.Code(string.Concat(Enumerable.Repeat("😀", 301))));
    }

    [Fact]
    public void Whatever_the_value_it_stays_on_one_line_in_its_fence_and_in_its_cell() => Check.One(Runs, Prop.ForAll(Arb.From(Hostile), value =>
    {
        var cell = Markdown.Cell(value);
        return cell.All(c => !char.IsControl(c) && c is not ('\u2028' or '\u2029')) && !Bar().IsMatch(cell) && IsOneFence(cell) && IsOneFence(Markdown.Code(value));
    }));

    /// <summary>Nothing, or code from the first backtick to the last: no run of backticks within is as long as the fence.</summary>
    internal static bool IsOneFence(string text)
    {
        if (text.Length == 0) return true;
        var runs = Backticks().Matches(text);
        return runs.Count >= 2 && runs[0].Index == 0 && runs[^1].Index + runs[^1].Length == text.Length && runs[0].Length == runs[^1].Length
            && runs.Skip(1).SkipLast(1).All(run => run.Length != runs[0].Length);
    }

    [GeneratedRegex(@"(?<!\\)\|")]
    internal static partial Regex Bar();

    [GeneratedRegex("`+")]
    private static partial Regex Backticks();
}
