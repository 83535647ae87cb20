namespace StepExport.Core.Checks;

/// <summary>Which checks are wanted; conditions are joined by "and". Newest first.</summary>
internal sealed record CheckQuery
{
    public CheckConclusion? Conclusion { get; init; }

    public CheckStatus? Status { get; init; }

    /// <summary><c>owner/repo</c>, exactly; null = all.</summary>
    public string? Repository { get; init; }

    /// <summary>Text that is looked for in repository, run, workflow, branch, commit, endpoints, processes and approver, whatever its case.</summary>
    public string? Search { get; init; }

    /// <summary>Checks per page, 1 to 500.</summary>
    public int Size { get; init; } = 25;

    /// <summary>Pages are counted from 1.</summary>
    public int Page { get; init; } = 1;
}

/// <summary>One page of checks.</summary>
/// <param name="Checks">Newest first.</param>
/// <param name="Total">Checks that meet the conditions, on all pages.</param>
internal sealed record CheckPage(IReadOnlyList<Check> Checks, int Total);

/// <summary>One line of a check's history.</summary>
/// <param name="At">When.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Login">Who, when it was a person.</param>
/// <param name="Via">How he came, one of <see cref="ApprovalVia"/>; null when it was nobody.</param>
/// <param name="Text">Comment of an approval, reason of a refusal, what was found.</param>
/// <param name="Revision">Of the check, at that time.</param>
internal sealed record CheckEvent(DateTimeOffset At, CheckEventKind Kind, string? Login, string? Via, string? Text, int Revision);

internal enum CheckEventKind
{
    /// <summary>The check fails, for the first time or because of further findings.</summary>
    Failed,

    /// <summary>By the rules: nothing fails (any more).</summary>
    Passed,

    Approved,

    /// <summary>Somebody wanted to approve it and may not.</summary>
    Refused,
}

/// <summary>What became of an approval.</summary>
internal enum ApproveOutcome
{
    Approved,

    /// <summary>There is no such check.</summary>
    Unknown,

    /// <summary>Somebody was faster, or nothing fails.</summary>
    NothingPending,

    /// <summary>There are findings that the approver has not seen.</summary>
    Changed,
}
