using Octokit;
using StepExport.Core.Checks;
using CheckRunStatus = Octokit.CheckStatus;

namespace StepExport.Checks.GitHub;

/// <summary>What a check run says.</summary>
/// <param name="Title">One line.</param>
/// <param name="Summary">Markdown.</param>
/// <param name="Text">Markdown; null when there is nothing more.</param>
/// <param name="DetailsUrl">The review page; null when nobody knows its address.</param>
/// <param name="Button">Identifier of the Approve button; null = no button.</param>
internal sealed record CheckRunContent(string Title, string Summary, string? Text, string? DetailsUrl, string? Button)
{
    /// <summary>What GitHub says when the button was pressed: this and the revision.</summary>
    public const string ApprovePrefix = "approve:";

    public NewCheckRun ToNew(string name, Check check, DateTimeOffset now) => new(name, check.Run!.HeadSha)
    {
        Status = CheckRunStatus.Completed,
        Conclusion = Conclusion(check),
        CompletedAt = now,
        ExternalId = check.Key.ToString(),
        DetailsUrl = DetailsUrl,
        Output = Output(),
        Actions = Actions(),
    };

    public CheckRunUpdate ToUpdate(string name, Check check, DateTimeOffset now) => new()
    {
        Name = name,
        Status = CheckRunStatus.Completed,
        Conclusion = Conclusion(check),
        CompletedAt = now,
        ExternalId = check.Key.ToString(),
        DetailsUrl = DetailsUrl,
        Output = Output(),
        Actions = Actions(),
    };

    private static Octokit.CheckConclusion Conclusion(Check check) =>
        check.Conclusion == Core.Checks.CheckConclusion.Success ? Octokit.CheckConclusion.Success : Octokit.CheckConclusion.Failure;

    private NewCheckRunOutput Output() => new(Title, Summary) { Text = Text };

    /// <summary>An empty list takes a former button away.</summary>
    private List<NewCheckRunAction> Actions() => Button is null ? [] : [new("Approve", "Mark these findings as reviewed", Button)];
}
