using System.Buffers;
using System.Globalization;
using System.Text.Json;
using StepExport.Cli;
using StepExport.Configuration;
using StepExport.Core.Checks;

namespace StepExport.Checks;

/// <summary>Decides who may approve what. The one way to an approval: page, API and GitHub all come through here.</summary>
/// <remarks>
/// Cheap answers come first: GitHub is asked for teams only when everything else would let the person through. Without GitHub nobody knows who
/// opened a pull request, so <see cref="ApproversConfig.Authors"/> cannot be enforced then. Nor can it when a person signs in under a name that is
/// not his GitHub login.
/// </remarks>
/// <param name="store">The checks.</param>
/// <param name="config">Who may.</param>
/// <param name="isMember">Asks GitHub whether a login is in a team (org, team, login); null without GitHub. Throws an <see cref="IOException"/> when GitHub gives no answer.</param>
/// <param name="hasGitHub">Whether runs are looked up, so that their authors become known.</param>
/// <param name="logger">Every decision, for the audit.</param>
internal sealed partial class Approvals(
    CheckStore store, ApproversConfig config, Func<string, string, string, CancellationToken, Task<bool>>? isMember, bool hasGitHub, ILogger<Approvals> logger)
{
    public const int LongestComment = 1000;

    /// <summary>Reasons as the history and the SIEM have them, behind the login.</summary>
    private const string NotListed = "is in none of the lists of checks.approvers";
    private const string AskThem = "ask somebody who is, or let an administrator add you";
    private const string IsAuthor = "opened the pull request, or started the run";

    private const int LongestLogin = 100;

    /// <summary>An underscore in those of enterprises that manage their users.</summary>
    private static readonly SearchValues<char> LoginCharacters = SearchValues.Create("-_0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    private readonly long[] _decisions = new long[Enum.GetValues<DecisionOutcome>().Length];

    /// <summary>What became of the wishes to approve since the start, each outcome in camelCase.</summary>
    public IReadOnlyList<(string Outcome, long Count)> Decisions =>
        [.. Enum.GetValues<DecisionOutcome>().Select(outcome => (JsonNamingPolicy.CamelCase.ConvertName(outcome.ToString()), Volatile.Read(ref _decisions[(int)outcome])))];

    /// <summary>Approves when the person may and nothing has changed since he looked. A refusal is kept in the check's history.</summary>
    /// <param name="key">Which check.</param>
    /// <param name="revision">Of the check, as the person saw it.</param>
    /// <param name="who">Proven to be him.</param>
    /// <param name="via">One of <see cref="ApprovalVia"/>.</param>
    /// <param name="comment">What he says; null when nothing. At most <see cref="LongestComment"/> characters, cut there; control characters are taken out.</param>
    /// <param name="stop">Gives up asking GitHub.</param>
    /// <exception cref="IOException">The store failed.</exception>
    public async Task<Decision> ApproveAsync(CheckKey key, int revision, Approver who, string via, string? comment, CancellationToken stop)
    {
        var decision = await DecideAsync(key, revision, who, via, comment, stop);
        Interlocked.Increment(ref _decisions[(int)decision.Outcome]);
        var level = decision.Outcome is DecisionOutcome.Forbidden or DecisionOutcome.TryLater ? LogLevel.Warning : LogLevel.Information;
        if (logger.IsEnabled(level)) Log.Decided(logger, level, Safe(who.Login), via, Safe(key.ToString()), revision, decision.Outcome, Safe(decision.Text));
        return decision;
    }

    /// <summary>Whether somebody at GitHub can be called so.</summary>
    public static bool IsGitHubLogin(string text) => text.Length is > 0 and <= LongestLogin && !text.AsSpan().ContainsAnyExcept(LoginCharacters);

    private async Task<Decision> DecideAsync(CheckKey key, int revision, Approver who, string via, string? comment, CancellationToken stop)
    {
        if (store.Find(key) is not { } check) return new(DecisionOutcome.Unknown, "there is no such check; look at the list of checks");
        if (Stale(check, revision) is { } stale) return stale;

        var isListed = config.Logins.Any(login => IsSame(login, who.Login)) || config.Groups.Any(who.Groups.Contains);
        if (!isListed && (isMember is null || config.Teams.Count == 0)) return Refuse(key, who, via, NotListed, AskThem);
        if (!config.Authors)
        {
            if (hasGitHub && check.Run is null) return AuthorsUnknown(key);
            if (check.Run?.Authors.Any(author => IsSame(author, who.Login)) == true)
                return Refuse(key, who, via, IsAuthor, "somebody else has to approve it");
        }

        if (!isListed)
        {
            try
            {
                if (!await IsInTeamAsync(who.Login, stop)) return Refuse(key, who, via, NotListed, AskThem);
            }
            catch (IOException e)
            {
                return new(DecisionOutcome.TryLater, $"GitHub does not say whether {who.Login} is in a team that may approve: {e.Message}; try again in a minute");
            }
        }

        return store.Approve(key, revision, who.Login, via, ApprovalComment.Clean(comment, LongestComment)) switch
        {
            ApproveOutcome.Approved => new(DecisionOutcome.Approved, $"approved by {who.Login}"),
            ApproveOutcome.Unknown => new(DecisionOutcome.Unknown, "the check is kept no longer; there is nothing to approve"),
            // Somebody was faster, or findings came, while GitHub was asked
            _ => store.Find(key) is { } now && Stale(now, revision) is { } late ? late : Changed("it has changed while it was being approved"),
        };
    }

    /// <exception cref="IOException">GitHub gave no answer for one of the teams, and no other one has the person.</exception>
    private async Task<bool> IsInTeamAsync(string login, CancellationToken stop)
    {
        // A name that no login at GitHub has, such as "..", is not put into an address there
        if (!IsGitHubLogin(login)) return false;
        IOException? unknown = null;
        foreach (var team in config.Teams)
        {
            var slash = team.IndexOf('/', StringComparison.Ordinal);
            try
            {
                if (await isMember!(team[..slash], team[(slash + 1)..], login, stop)) return true;
            }
            catch (IOException e)
            {
                unknown ??= e;
            }
        }

        return unknown is null ? false : throw new IOException(unknown.Message, unknown);
    }

    private static Decision? Stale(Check check, int revision)
    {
        if (check.Status == CheckStatus.Approved)
        {
            return new(DecisionOutcome.NothingPending, check is { Failing: > 0, Approval: { } approval }
                ? string.Create(CultureInfo.InvariantCulture, $"already approved by {approval.Login} at {approval.At.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC; nothing is left to do")
                : "nothing of it fails, so there is nothing to approve");
        }

        return check.Revision == revision ? null
            : Changed(FormattableString.Invariant($"it has changed since you looked, {check.Failing} of its {check.Findings} findings fail"));
    }

    private static Decision Changed(string what) => new(DecisionOutcome.Changed, $"{what}; look at it again, then approve");

    private Decision AuthorsUnknown(CheckKey key) => new(
        DecisionOutcome.TryLater,
        store.ReportTrouble(key) is { } trouble
            ? $"GitHub has not said who opened the pull request, and who did may not approve it: {trouble}; try again when that is mended"
            : "GitHub is still being asked who opened the pull request, and who did may not approve it; try again in a minute");

    /// <summary>Kept for the audit, and shown on GitHub: who presses the button there sees no other answer.</summary>
    private Decision Refuse(CheckKey key, Approver who, string via, string reason, string remedy)
    {
        if (store.Refuse(key, who.Login, via, reason)) store.ReportAgain(key);
        return new(DecisionOutcome.Forbidden, $"{who.Login} may not approve it: {who.Login} {reason}; {remedy}");
    }

    /// <summary>GitHub's logins are ASCII, in any case; beyond ASCII no two different letters are taken for one another.</summary>
    private static bool IsSame(string one, string other) => one.Length > 0 && (one == other || System.Text.Ascii.EqualsIgnoreCase(one, other));

    private static string Safe(string text) => TerminalText.Escape(text);

    private static partial class Log
    {
        [LoggerMessage(EventId = 721, Message = "{Login} via {Via}, check {Check} at revision {Revision}: {Outcome}, {Text}")]
        public static partial void Decided(ILogger logger, LogLevel level, string login, string via, string check, int revision, DecisionOutcome outcome, string text);
    }
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
