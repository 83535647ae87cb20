using System.Diagnostics;
using StepExport.Testing;
using YamlDotNet.RepresentationModel;

namespace StepExport.Tests.Content;

/// <summary>Alert rules ask for metrics that exist, lead to headings that exist, and fire when they should.</summary>
public sealed class AlertTests
{
    private static readonly string Rules = RepositoryRoot.Combine("config", "prometheus", "stepexport-alerts.yaml");

    [Fact]
    public void Alert_rules_ask_for_metrics_that_exist() => MetricNames.AssertExist(Alerts().Select(rule => Text(rule, "expr")));

    [Fact]
    public void Each_alert_has_a_severity_and_words_and_leads_to_a_heading()
    {
        var headings = File.ReadLines(RepositoryRoot.Combine("docs", "operations.md")).Where(l => l.StartsWith('#')).Select(Anchor).ToHashSet();
        foreach (var rule in Alerts())
        {
            var notes = (YamlMappingNode)rule["annotations"];
            Assert.Contains(Text((YamlMappingNode)rule["labels"], "severity"), (string[])["info", "warning", "critical"]);
            Assert.NotEmpty(Text(notes, "summary"));
            Assert.NotEmpty(Text(notes, "description"));
            var runbook = Text(notes, "runbook_url").Split('#');
            Assert.Equal("docs/operations.md", runbook[0]);
            Assert.Contains(runbook[1], headings);
        }
    }

    [Fact]
    public async Task Promtool_passes_the_rules_and_their_unit_tests()
    {
        Assert.SkipUnless(OnPath("promtool"), "promtool is not installed (Debian: apt-get install prometheus)");
        Assert.Equal("", await PromtoolAsync("check", "rules", Path.GetFileName(Rules)));
        Assert.Equal("", await PromtoolAsync("test", "rules", "stepexport-alerts.test.yaml"));
    }

    [Fact]
    public void Each_alert_has_a_unit_test()
    {
        var tests = File.ReadAllText(Path.ChangeExtension(Rules, ".test.yaml"));
        Assert.DoesNotContain(Alerts().Select(rule => Text(rule, "alert")), name => !tests.Contains(name, StringComparison.Ordinal));
    }

    private static YamlMappingNode[] Alerts()
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(File.ReadAllText(Rules)));
        return [.. ((YamlSequenceNode)yaml.Documents[0].RootNode["groups"][0]["rules"]).Cast<YamlMappingNode>()];
    }

    private static string Text(YamlMappingNode node, string key) => ((YamlScalarNode)node[key]).Value!;

    private static string Anchor(string heading) =>
        new([.. heading.TrimStart('#', ' ').ToLowerInvariant().Where(c => char.IsLetterOrDigit(c) || c is ' ' or '-').Select(c => c == ' ' ? '-' : c)]);

    private static async Task<string> PromtoolAsync(params string[] arguments)
    {
        using var promtool = Process.Start(new ProcessStartInfo("promtool", arguments)
        {
            WorkingDirectory = Path.GetDirectoryName(Rules),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = promtool.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await promtool.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await promtool.WaitForExitAsync(TestContext.Current.CancellationToken);
        return promtool.ExitCode == 0 ? "" : output + await errors;
    }

    private static bool OnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));
}
