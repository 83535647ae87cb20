namespace StepExport.Core.Telemetry;

/// <summary>The checks at one moment.</summary>
/// <param name="Totals">By status, and what waits.</param>
/// <param name="Approvals">Wishes to approve since the start, by what became of them, e.g. <c>approved</c>, <c>forbidden</c>.</param>
internal sealed record ChecksStatus(CheckTotals Totals, IReadOnlyList<(string Outcome, long Count)> Approvals)
{
    /// <summary>Why the store cannot be read, or null; <see cref="Totals"/> are then those of the last time.</summary>
    public string? Trouble { get; init; }

    /// <summary>What is between this program and GitHub; null without checks.gitHub.</summary>
    public GitHubStatus? GitHub { get; init; }
}

/// <summary>What is between this program and GitHub; counters since the start.</summary>
/// <param name="Health">Whether GitHub takes what it is told.</param>
/// <param name="Reported">Check runs that GitHub has taken.</param>
/// <param name="Retried">Attempts to tell GitHub that have failed and are repeated.</param>
/// <param name="Pauses">Times that GitHub wanted to be left alone for a while (rate limits).</param>
/// <param name="Deliveries">GitHub's deliveries to the webhook, by the code of the answer.</param>
internal sealed record GitHubStatus(ComponentHealth Health, long Reported, long Retried, long Pauses, IReadOnlyList<(int Code, long Count)> Deliveries)
{
    /// <summary>Whether deliveries can be taken; null without checks.gitHub.webhook.</summary>
    public ComponentHealth? Webhook { get; init; }
}
