using StepExport.Core.Checks;
using StepExport.Core.Model;

namespace StepExport.Checks.Web;

/// <summary>States as words with a sign; never by colour alone.</summary>
internal static class Badges
{
    public static Html Of(CheckConclusion conclusion) => conclusion == CheckConclusion.Failure
        ? Html.Of($"""<span class="badge bad"><span aria-hidden="true">✕</span> Failure</span>""")
        : Html.Of($"""<span class="badge good"><span aria-hidden="true">✓</span> Success</span>""");

    public static Html Of(CheckStatus status) => status == CheckStatus.Pending
        ? Html.Of($"""<span class="badge wait"><span aria-hidden="true">●</span> Pending</span>""")
        : Html.Of($"""<span class="badge calm"><span aria-hidden="true">✓</span> Approved</span>""");

    public static Html Of(Severity severity) => severity >= Severity.High
        ? Html.Of($"""<b class="grave">{severity.ToString()}</b>""")
        : Html.Of($"{severity.ToString()}");
}
