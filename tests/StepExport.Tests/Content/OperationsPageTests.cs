using System.Text.RegularExpressions;
using StepExport.Testing;

namespace StepExport.Tests.Content;

/// <summary>The failure tables quote what the program really says.</summary>
public sealed partial class OperationsPageTests
{
    private static readonly string Page = File.ReadAllText(RepositoryRoot.Combine("docs", "operations.md"));

    /// <summary>What the system says and not the program.</summary>
    private static readonly string[] Others = ["OOMKilled", "No space left on device"];

    [Fact]
    public void Each_quoted_text_stands_in_the_code()
    {
        var code = string.Concat(Directory.GetFiles(RepositoryRoot.Combine("src"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText));
        var tables = Page[Page.IndexOf("## Failure table", StringComparison.Ordinal)..];
        var quoted = tables.Split('\n').Where(line => line.StartsWith('|')).SelectMany(line => Quoted().Matches(line.Split('|')[1])).Select(m => m.Groups[1].Value)
            .Where(text => text.Contains(' ', StringComparison.Ordinal)).Except(Others).ToArray();
        Assert.True(quoted.Length > 35, $"only {quoted.Length} were found");
        Assert.DoesNotContain(quoted, text => !code.Contains(text, StringComparison.Ordinal));
    }

    [Fact]
    public void Each_metric_that_is_named_exists()
    {
        var code = string.Concat(Directory.GetFiles(RepositoryRoot.Combine("src"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText));
        Assert.DoesNotContain(Metric().Matches(Page).Select(m => m.Groups[1].Value).Distinct(), name => !code.Contains($"\"{name}\"", StringComparison.Ordinal));
    }

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Quoted();

    [GeneratedRegex("`((?:stepexport|hec)_[a-z_]+)`")]
    private static partial Regex Metric();
}
