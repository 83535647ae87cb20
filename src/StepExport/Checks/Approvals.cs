using StepExport.Configuration;
using StepExport.Core.Checks;

namespace StepExport.Checks;

/// <summary>Decides who may approve what. The one way to an approval: page, API and GitHub all come through here.</summary>
/// <param name="store">The checks.</param>
/// <param name="config">Who may.</param>
/// <param name="isMember">Asks GitHub whether a login is in a team (org, team, login); null without GitHub. Throws an <see cref="IOException"/> when GitHub gives no answer.</param>
/// <param name="hasGitHub">Whether runs are looked up, so that their authors become known.</param>
/// <param name="logger">Every decision, for the audit.</param>
internal sealed class Approvals(
    CheckStore store, ApproversConfig config, Func<string, string, string, CancellationToken, Task<bool>>? isMember, bool hasGitHub, ILogger<Approvals> logger)
{
    /// <summary>Approves when the person may and nothing has changed since he looked. A refusal is kept in the check's history.</summary>
    /// <param name="key">Which check.</param>
    /// <param name="revision">Of the check, as the person saw it.</param>
    /// <param name="who">Proven to be him.</param>
    /// <param name="via">One of <see cref="ApprovalVia"/>.</param>
    /// <param name="comment">What he says; null when nothing. At most <see cref="LongestComment"/> characters, cut there.</param>
    /// <param name="stop">Gives up asking GitHub.</param>
    /// <exception cref="IOException">The store failed.</exception>
    public Task<Decision> ApproveAsync(CheckKey key, int revision, Approver who, string via, string? comment, CancellationToken stop) =>
        throw new NotImplementedException($"{store} {config} {isMember} {hasGitHub} {logger} {key} {revision} {who} {via} {comment} {stop}");

    public const int LongestComment = 1000;
}

/// <summary>Somebody who has proven who he is.</summary>
/// <param name="Login">GitHub login, or the operator's name.</param>
/// <param name="Groups">As the identity provider says; empty otherwise.</param>
internal sealed record Approver(string Login, IReadOnlyList<string> Groups);

/// <summary>What became of the wish to approve.</summary>
/// <param name="Outcome">In one word.</param>
/// <param name="Text">For the person: what, why, and what to do.</param>
internal sealed record Decision(DecisionOutcome Outcome, string Text);

internal enum DecisionOutcome
{
    Approved,

    /// <summary>He is in none of the lists, or it is his own pull request.</summary>
    Forbidden,

    /// <summary>There is no such check.</summary>
    Unknown,

    /// <summary>Somebody was faster, or nothing fails.</summary>
    NothingPending,

    /// <summary>There are findings that he has not seen.</summary>
    Changed,

    /// <summary>GitHub has to be asked (teams, authors) and gives no answer now.</summary>
    TryLater,
}
