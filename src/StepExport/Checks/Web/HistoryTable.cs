using StepExport.Core.Checks;

namespace StepExport.Checks.Web;

/// <summary>Who approved or was refused what, and when.</summary>
internal static class HistoryTable
{
    public static Html Of(IReadOnlyList<CheckEvent> history) => history.Count == 0 ? default : Html.Of($"""
        <section aria-labelledby="history"><h2 id="history">History</h2>
        <table class="cards history" role="table">
        <caption>{Layout.Count(history.Count, "entry", "entries")}, newest first</caption>
        <thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">When</th><th role="columnheader" scope="col">What</th><th role="columnheader" scope="col">Who</th><th role="columnheader" scope="col">Comment or reason</th></tr></thead>
        <tbody role="rowgroup">{history.Select(Row)}</tbody>
        </table></section>
        """);

    private static Html Row(CheckEvent line) => Html.Of($"""
        <tr role="row">
        <th role="rowheader" scope="row" data-name="When">{Layout.Time(line.At)}</th>
        <td role="cell" data-name="What">{What(line.Kind)}</td>
        <td role="cell" data-name="Who"><span>{line.Login ?? "the rules"}{Via(line.Via)}</span></td>
        <td role="cell" data-name="Comment or reason" class="said">{line.Text}</td>
        </tr>
        """);

    private static Html What(CheckEventKind kind) => kind switch
    {
        CheckEventKind.Failed => Html.Of($"""<span class="badge bad">Failed</span>"""),
        CheckEventKind.Passed => Html.Of($"""<span class="badge good">Passed</span>"""),
        CheckEventKind.Approved => Html.Of($"""<span class="badge calm">Approved</span>"""),
        _ => Html.Of($"""<span class="badge wait">Refused</span>"""),
    };

    private static Html Via(string? via) => via switch
    {
        ApprovalVia.Page => Html.Of($"""<br><span class="soft">on this page</span>"""),
        ApprovalVia.GitHub => Html.Of($"""<br><span class="soft">on GitHub</span>"""),
        ApprovalVia.Api => Html.Of($"""<br><span class="soft">by the API</span>"""),
        _ => default,
    };
}
