using System.Text.RegularExpressions;
using StepExport.Admin;
using StepExport.Testing;
using StepExport.Tests.Admin;

namespace StepExport.Tests.Content;

/// <summary>The names of metrics in expressions.</summary>
internal static partial class MetricNames
{
    /// <summary>What stands in front of a component's own numbers, and the code of these.</summary>
    private static readonly (string Prefix, string Code)[] Sides = [("stepexport_source_", CodeOf("Sources")), ("stepexport_sink_", CodeOf("Sinks"))];

    /// <summary>What every program shows is on the page; what only one kind of source or sink shows stands in the code of that side.</summary>
    public static void AssertExist(IEnumerable<string> expressions)
    {
        // A family without samples at the moment has its TYPE all the same; a histogram's samples have names of their own.
        var page = MetricsPage.Of(new SampleStatus().Status).Replace("# TYPE ", "", StringComparison.Ordinal)
            .Split('\n').Where(l => l.Length > 0 && l[0] != '#').Select(l => l.Split('{', ' ')[0]).ToHashSet();
        var asked = expressions.SelectMany(e => Metric().Matches(e).Select(m => m.Value)).Distinct().ToArray();
        Assert.NotEmpty(asked);
        Assert.DoesNotContain(asked, name => !page.Contains(name)
            && !Array.Exists(Sides, side => name.StartsWith(side.Prefix, StringComparison.Ordinal) && side.Code.Contains($"(\"{name[side.Prefix.Length..]}\",", StringComparison.Ordinal)));
    }

    private static string CodeOf(string folder) =>
        string.Concat(Directory.GetFiles(RepositoryRoot.Combine("src", "StepExport", folder), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText));

    [GeneratedRegex("stepexport_[a-z0-9_]+")]
    private static partial Regex Metric();
}
