using System.Text;
using StepExport.Configuration;
using StepExport.Core.Checks;

namespace StepExport.Checks.Web;

/// <summary>The form to approve a pending check, or why who looks cannot.</summary>
internal static class ApproveForm
{
    public static Html Of(Check check, ApproversConfig approvers, Approver who, Html token, string? comment) => Html.Of($"""
        <section aria-labelledby="approve" class="approve"><h2 id="approve">Approve</h2>
        {(WhyNot(check, approvers, who) is { } reason ? Html.Of($"""<div class="note wait"><p><b>You cannot approve this check.</b> {reason}</p></div>""") : Form(check, token, comment))}
        </section>
        """);

    /// <summary>What is known before GitHub is asked; <see cref="Approvals"/> decides in the end.</summary>
    public static string? WhyNot(Check check, ApproversConfig approvers, Approver who)
    {
        if (approvers.Logins.Count + approvers.Groups.Count + approvers.Teams.Count == 0) return "The configuration names no approvers: an administrator has to fill in checks.approvers.";
        var isListed = approvers.Logins.Any(login => Ascii.EqualsIgnoreCase(login, who.Login)) || approvers.Groups.Any(who.Groups.Contains);
        if (!isListed && approvers.Teams.Count == 0) return $"You are signed in as {who.Login}, who is in none of the lists of checks.approvers. Ask somebody who is.";
        return !approvers.Authors && check.Run?.Authors.Any(author => Ascii.EqualsIgnoreCase(author, who.Login)) == true
            ? "You opened the pull request, or started the run: somebody else has to approve it."
            : null;
    }

    private static Html Form(Check check, Html token, string? comment) => Html.Of($"""
        <form method="post" action="{ListAddress.Of(check.Key)}/approve">
        {token}<input type="hidden" name="revision" value="{check.Revision}">
        <p id="effect">The check turns to success, and your name, the time and the comment are kept and exported.</p>
        <label for="comment">Comment <span class="soft">(optional)</span></label>
        <textarea id="comment" name="comment" rows="3" maxlength="{Approvals.LongestComment}" aria-describedby="effect">{Html.Of($"\n")}{comment}</textarea>
        <p><button type="submit">Approve {Layout.Count(check.Failing, "finding", "findings")}</button></p>
        </form>
        """);
}
