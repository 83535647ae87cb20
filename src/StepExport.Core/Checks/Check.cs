namespace StepExport.Core.Checks;

/// <summary>The check of one workflow run: what its detections come to, and what a person said to them.</summary>
internal sealed record Check
{
    public required CheckKey Key { get; init; }

    /// <summary>Path of the workflow, e.g. <c>.github/workflows/ci.yml</c>; empty when no detection named it.</summary>
    public required string Workflow { get; init; }

    /// <summary>What GitHub says of the run; null while it was not asked.</summary>
    public RunFacts? Run { get; init; }

    public required CheckConclusion Conclusion { get; init; }

    public required CheckStatus Status { get; init; }

    /// <summary>Counts up with everything that changes what there is to review: an approval names the one that its approver saw.</summary>
    public required int Revision { get; init; }

    /// <summary>Findings of the run, failing or not.</summary>
    public required int Findings { get; init; }

    /// <summary>Findings that make the check fail as long as nobody approves them.</summary>
    public required int Failing { get; init; }

    /// <summary>The last approval; it stays when newer findings make the check pending again.</summary>
    public Approval? Approval { get; init; }

    public required DateTimeOffset FirstSeen { get; init; }

    /// <summary>When its conclusion, its status or its findings changed last.</summary>
    public required DateTimeOffset Changed { get; init; }
}

/// <summary>Which run: <c>owner/repo</c> and the number of the run.</summary>
/// <param name="Repository">As the detections name it, e.g. <c>acme/api</c>.</param>
/// <param name="RunId">Decimal digits, as GitHub counts runs.</param>
internal readonly record struct CheckKey(string Repository, string RunId)
{
    /// <summary>For addresses and terminals, e.g. <c>acme/api/16625207256</c>.</summary>
    public override string ToString() => $"{Repository}/{RunId}";

    /// <summary>Reads <see cref="ToString"/>; null when it is none.</summary>
    public static CheckKey? TryParse(string text)
    {
        var parts = text.Split('/');
        return parts is [{ Length: > 0 } owner, { Length: > 0 } repository, { Length: > 0 and <= 20 } run] && run.All(char.IsAsciiDigit)
            ? new($"{owner}/{repository}", run)
            : null;
    }
}

internal enum CheckConclusion
{
    /// <summary>No finding fails, or a person has approved those that do.</summary>
    Success,

    Failure,
}

internal enum CheckStatus
{
    /// <summary>Somebody has to look.</summary>
    Pending,

    /// <summary>By a person, or by the rules when no finding fails (then there is no <see cref="Approval"/> of this revision).</summary>
    Approved,
}

/// <summary>What GitHub says of a run.</summary>
/// <param name="HeadSha">The commit that the check belongs to, 40 hexadecimal digits.</param>
/// <param name="HeadBranch">Null when the run has none.</param>
/// <param name="WorkflowName">E.g. <c>CI</c>.</param>
/// <param name="PullRequest">Number of the pull request whose head the commit is; null when there is none.</param>
/// <param name="Authors">Logins that may not approve: who opened the pull requests, or, without one, who started the run.</param>
/// <param name="Url">Page of the run.</param>
internal sealed record RunFacts(string HeadSha, string? HeadBranch, string? WorkflowName, int? PullRequest, IReadOnlyList<string> Authors, string? Url);

/// <summary>Who approved what, and when.</summary>
/// <param name="Login">GitHub login, or the operator's name.</param>
/// <param name="Via">One of <see cref="ApprovalVia"/>.</param>
/// <param name="Comment">As written by the approver; null when nothing was.</param>
/// <param name="At">When it became durable.</param>
/// <param name="Revision">Of the check, as the approver saw it.</param>
internal sealed record Approval(string Login, string Via, string? Comment, DateTimeOffset At, int Revision);

/// <summary>The ways an approval comes.</summary>
internal static class ApprovalVia
{
    public const string Page = "page";
    public const string GitHub = "github";
    public const string Api = "api";
}
