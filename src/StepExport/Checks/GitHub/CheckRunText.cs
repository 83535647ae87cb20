using System.Globalization;
using System.Text;
using StepExport.Core.Checks;
using StepExport.Core.Model;

namespace StepExport.Checks.GitHub;

/// <summary>A check for people who look at it on GitHub.</summary>
/// <param name="publicUrl">Where the review page is; null when nobody knows.</param>
/// <param name="hasButton">Whether pressing Approve is heard.</param>
internal sealed class CheckRunText(string? publicUrl, bool hasButton)
{
    /// <summary>GitHub's limit of summary and text, each.</summary>
    public const int Longest = 65_535;

    private const int MostRows = 50;
    private const int MostRefusals = 5;

    /// <param name="check">The check.</param>
    /// <param name="findings">Those that fail first.</param>
    /// <param name="history">Newest first.</param>
    public CheckRunContent Of(Check check, IReadOnlyList<CheckFinding> findings, IReadOnlyList<CheckEvent> history)
    {
        var details = publicUrl is null ? null : $"{publicUrl.TrimEnd('/')}{Web.ChecksWeb.Path}/{string.Join('/', check.Key.ToString().Split('/').Select(Uri.EscapeDataString))}";
        var isPending = check.Status == CheckStatus.Pending;
        return new(
            Title(check),
            Cut(Summary(check, findings.Where(f => f.Fails).ToList(), history, details)),
            findings.Any(f => !f.Fails) ? Cut(Others(check, findings.Where(f => !f.Fails).ToList())) : null,
            details,
            isPending && hasButton ? FormattableString.Invariant($"{CheckRunContent.ApprovePrefix}{check.Revision}") : null);
    }

    private static string Title(Check check) => check switch
    {
        { Status: CheckStatus.Pending } => $"{Count(check.Failing, "finding")} to review",
        _ when ApprovedNow(check) is { } approval => $"Approved by {approval.Login}",
        { Findings: 0 } => "No findings",
        _ => $"{Count(check.Findings, "finding")}, none of which fails",
    };

    /// <summary>The approval, as long as it covers what there is.</summary>
    private static Approval? ApprovedNow(Check check) =>
        check is { Status: CheckStatus.Approved, Approval: { } approval } && approval.Revision + 1 == check.Revision ? approval : null;

    private string Summary(Check check, List<CheckFinding> failing, IReadOnlyList<CheckEvent> history, string? details)
    {
        var text = new StringBuilder();
        if (ApprovedNow(check) is { } approval)
        {
            text.Append(CultureInfo.InvariantCulture, $"{Markdown.Code(approval.Login)} approved these findings at {approval.At.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC.\n\n");
            if (approval.Comment is { } comment) text.Append(CultureInfo.InvariantCulture, $"> {Markdown.Code(comment)}\n\n");
        }
        else if (check.Status == CheckStatus.Pending)
        {
            text.Append(CultureInfo.InvariantCulture, $"Somebody has to review {Count(check.Failing, "finding")} of this workflow run.\n\n");
        }

        if (check.Workflow.Length > 0) text.Append(CultureInfo.InvariantCulture, $"Workflow: {Markdown.Code(check.Workflow)}\n\n");
        if (details is not null) text.Append(CultureInfo.InvariantCulture, $"[{(check.Status == CheckStatus.Pending ? "Review and approve" : "See the review")}]({details})\n\n");
        if (check.Status == CheckStatus.Pending && hasButton) text.Append("Or press **Approve** above.\n\n");
        foreach (var refusal in history.Where(h => h.Kind == CheckEventKind.Refused && h.Revision == check.Revision).Take(MostRefusals))
            text.Append(CultureInfo.InvariantCulture, $"{Markdown.Code(refusal.Login ?? "Somebody")} wanted to approve and may not: {Markdown.Code(refusal.Text ?? "")}\n\n");
        // Last, because a text that is too long is cut at its end.
        if (failing.Count > 0) Table(text, failing, check.Failing);
        return text.ToString();
    }

    private static string Others(Check check, List<CheckFinding> others)
    {
        var text = new StringBuilder("Findings that do not fail the check:\n\n");
        Table(text, others, check.Findings - check.Failing);
        return text.ToString();
    }

    private static void Table(StringBuilder text, List<CheckFinding> findings, int all)
    {
        text.Append("| Endpoint | Process | Job | Type | Severity |\n|---|---|---|---|---|\n");
        foreach (var finding in findings.Take(MostRows))
        {
            IEnumerable<CalledEndpoint> endpoints = finding.Endpoint is { } first ? [first, .. finding.MoreEndpoints] : [];
            var called = string.Join(", ", endpoints.Take(3).Select(endpoint => endpoint.ToString()));
            text.Append(CultureInfo.InvariantCulture, $"| {Markdown.Cell(called)} | {Markdown.Cell(finding.Process ?? "")} | {Markdown.Cell(finding.Job ?? "")} | ")
                .Append(CultureInfo.InvariantCulture, $"{Markdown.Cell(finding.Type)} | {Encoding.UTF8.GetString(SeverityNames.Utf8(finding.Severity))} |\n");
        }

        if (all > MostRows) text.Append(CultureInfo.InvariantCulture, $"\nand {all - MostRows} more\n");
    }

    private static string Count(int count, string what) => FormattableString.Invariant($"{count} {what}{(count == 1 ? "" : "s")}");

    /// <summary>By whole lines: half a row, or half an escape, would be something else.</summary>
    private static string Cut(string text)
    {
        const string End = "\n…\n";
        return text.Length <= Longest ? text : text[..text.LastIndexOf('\n', Longest - End.Length)] + End;
    }
}
