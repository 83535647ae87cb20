using System.Globalization;
using StepExport.Configuration;
using StepExport.Core.Checks;

namespace StepExport.Checks.Web;

/// <summary>What those who are signed in see and do.</summary>
internal sealed class CheckPages(CheckStore store, Approvals approvals, ApproversConfig approvers, Answers answers)
{
    private const string Approve = "/approve";
    private const string Done = "approved";

    /// <param name="context">The request.</param>
    /// <param name="rest">Its path behind /checks/.</param>
    /// <param name="who">Is signed in.</param>
    public Task AnswerAsync(HttpContext context, string rest, Approver who)
    {
        if (rest.Length == 0) return Answers.PageAsync(context, StatusCodes.Status200OK, ListPage.Of(store, ListAddress.Read(context.Request.Query), who, answers.Token(context)));
        var isApproval = rest.EndsWith(Approve, StringComparison.Ordinal);
        if (CheckKey.TryParse(isApproval ? rest[..^Approve.Length] : rest) is not { } key) return NotFoundAsync(context, "There is no such page", "The address is none of these pages.");
        if (isApproval) return ApproveAsync(context, key, who);
        if (store.Find(key) is not { } check) return NotFoundAsync(context, "There is no such check", "It was never there, or has not changed for so long that it is kept no longer (checks.keep).");
        var note = check.Approval is { } approval && approval.Login == who.Login && check.Status == CheckStatus.Approved && context.Request.Query.ContainsKey(Done)
            ? new Note(true, "Approved.", "The check is a success now.")
            : null;
        return ShowAsync(context, StatusCodes.Status200OK, check, who, note);
    }

    private async Task ApproveAsync(HttpContext context, CheckKey key, Approver who)
    {
        if (!await answers.IsOursAsync(context)) return;
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        if (!int.TryParse(form["revision"].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var revision))
        {
            await Answers.MessageAsync(context, StatusCodes.Status400BadRequest, "Nothing was done", "The form does not say which state of the check was seen. Open the check again.");
            return;
        }

        var comment = form["comment"].ToString();
        var decision = await approvals.ApproveAsync(key, revision, who, ApprovalVia.Page, comment.Length == 0 ? null : comment, context.RequestAborted);
        if (decision.Outcome == DecisionOutcome.Approved)
        {
            await Answers.SeeAsync(context, $"{ListAddress.Of(key)}?{Done}");
            return;
        }

        var (code, title) = Words(decision.Outcome);
        if (store.Find(key) is { } check) await ShowAsync(context, code, check, who, new(false, title, Sentence(decision.Text)), comment);
        else await NotFoundAsync(context, "There is no such check", Sentence(decision.Text));
    }

    private static (int Code, string Title) Words(DecisionOutcome outcome) => outcome switch
    {
        DecisionOutcome.Forbidden => (StatusCodes.Status403Forbidden, "Not approved."),
        DecisionOutcome.Changed => (StatusCodes.Status409Conflict, "Not approved: there is something new to look at."),
        DecisionOutcome.NothingPending => (StatusCodes.Status409Conflict, "Nothing to approve."),
        DecisionOutcome.TryLater => (StatusCodes.Status503ServiceUnavailable, "Not approved yet."),
        _ => (StatusCodes.Status404NotFound, "Not approved."),
    };

    private static string Sentence(string text) => text.Length == 0 ? text : $"{char.ToUpperInvariant(text[0])}{text[1..].TrimEnd('.')}.";

    private Task ShowAsync(HttpContext context, int code, Check check, Approver who, Note? note, string? comment = null) =>
        Answers.PageAsync(context, code, ReviewPage.Of(store, check, approvers, who, answers.Token(context), note, comment));

    private static Task NotFoundAsync(HttpContext context, string title, string text) => Answers.MessageAsync(context, StatusCodes.Status404NotFound, title, text);
}
