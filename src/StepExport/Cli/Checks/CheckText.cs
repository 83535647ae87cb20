using System.Globalization;
using System.Text;
using System.Text.Json;
using StepExport.Checks;
using StepExport.Core.Checks;
using StepExport.Sinks.Console;

namespace StepExport.Cli.Checks;

/// <summary>Checks for a person, and for a script.</summary>
internal static class CheckText
{
    private const string Green = "\e[32m", Yellow = "\e[33m", Red = "\e[31m";

    public static string Lines(CheckListReport found) => string.Concat(found.Checks.Select(Line));

    /// <summary>One line of JSON.</summary>
    public static string Line<T>(T value) => JsonSerializer.Serialize(value, CheckClient.Layout) + "\n";

    public static string Table(CheckListReport found, Terminal terminal)
    {
        var table = new TextTable(
            new("CHECK", Most: 60), new("CHANGED (UTC)", Rank: 3), new("CONCLUSION"), new("STATUS"), new("FAILING", Right: true, Rank: 1), new("PULL", Right: true, Rank: 4),
            new("BY", Rank: 2, Most: 20), new("WORKFLOW"));
        foreach (var check in found.Checks)
        {
            table.Add(
                ColourOf(check), KeyOf(check), Units.Instant(check.Changed), Word(check.Conclusion), Word(check.Status), Units.Count(check.Failing),
                check.Run?.PullRequest is { } pull ? Pull(pull) : "-", check.Approval?.Login ?? "-", WorkflowOf(check) ?? "-");
        }

        var shown = (found.Page - 1L) * found.Size + found.Checks.Count;
        var end = found.Total == 0 ? "no checks"
            : found.Checks.Count == 0 ? $"none on this page; {Units.Count(found.Total)} in all"
            : shown < found.Total ? $"{Units.Count(shown)} of {Units.Count(found.Total)}; more with --page {(found.Page + 1).ToString(CultureInfo.InvariantCulture)}"
            : $"{Units.Count(found.Total)} in all";
        return (found.Checks.Count > 0 ? table.Render(terminal) : "") + end + "\n";
    }

    public static string Page(CheckDetailReport found, Terminal terminal)
    {
        var check = found.Check;
        var text = new StringBuilder();
        Fact("check", KeyOf(check));
        Fact("conclusion", $"{Word(check.Conclusion)}, {Word(check.Status)}");
        Fact("revision", check.Revision.ToString(CultureInfo.InvariantCulture));
        Fact("workflow", WorkflowOf(check));
        Fact("branch", check.Run?.HeadBranch);
        Fact("commit", check.Run?.HeadSha);
        Fact("pull", check.Run?.PullRequest is { } pull ? Pull(pull) : null);
        Fact("authors", check.Run is { Authors.Count: > 0 } run ? string.Join(", ", run.Authors) : null);
        Fact("run", check.Run?.Url);
        Fact("first seen", $"{Units.Instant(check.FirstSeen)} UTC");
        Fact("changed", $"{Units.Instant(check.Changed)} UTC");
        if (check.Approval is { } approval)
        {
            Fact("approved", $"by {approval.Login} via {approval.Via} at {Units.Instant(approval.At)} UTC, revision {approval.Revision}{(check.Status == CheckStatus.Pending ? "; findings came later" : "")}");
            Fact("comment", approval.Comment);
        }

        Fact("GitHub", found.ReportTrouble);
        text.Append('\n').Append(Findings(found).Render(terminal));
        if (found.Findings.Count < check.Findings) text.Append(CultureInfo.InvariantCulture, $"the first {Units.Count(found.Findings.Count)} of {Units.Count(check.Findings)}\n");
        text.Append('\n').Append(History(found.History).Render(terminal));
        return text.ToString();

        void Fact(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value)) text.Append($"{name,-12}{TerminalText.Escape(value)}\n");
        }
    }

    private static TextTable Findings(CheckDetailReport found)
    {
        var table = new TextTable(new("FAILS"), new("SEVERITY", Rank: 2), new("TYPE", Rank: 1), new("ENDPOINT", Most: 40), new("JOB", Rank: 3, Most: 20), new("WHAT"));
        foreach (var finding in found.Findings)
        {
            table.Add(
                finding.Fails ? Red : null, finding.Fails ? "yes" : "no", Word(finding.Severity), finding.Type, finding.Endpoints.Count == 0 ? "-" : string.Join(", ", finding.Endpoints),
                finding.Job ?? "-", finding.Process ?? finding.Title);
        }

        return table;
    }

    private static TextTable History(IReadOnlyList<CheckEvent> history)
    {
        var table = new TextTable(new("TIME (UTC)"), new("WHAT"), new("REVISION", Right: true, Rank: 2), new("WHO"), new("VIA", Rank: 1), new("TEXT"));
        foreach (var line in history)
            table.Add(null, Units.Instant(line.At), Word(line.Kind), line.Revision.ToString(CultureInfo.InvariantCulture), line.Login ?? "-", line.Via ?? "-", line.Text ?? "");
        return table;
    }

    private static string KeyOf(CheckReport check) => $"{check.Repository}/{check.RunId}";

    private static string Pull(int number) => string.Create(CultureInfo.InvariantCulture, $"#{number}");

    private static string? WorkflowOf(CheckReport check) => check.Run?.WorkflowName is { } name
        ? check.Workflow.Length > 0 ? $"{name} ({check.Workflow})" : name
        : check.Workflow.Length > 0 ? check.Workflow : null;

    private static string ColourOf(CheckReport check) => check.Status == CheckStatus.Pending ? Red : check.Approval is null ? Green : Yellow;

    private static string Word<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
