using System.Globalization;
using StepExport.Core.Telemetry;

namespace StepExport.Admin;

/// <summary>The checks on <see cref="MetricsPage"/>.</summary>
internal static class ChecksMetrics
{
    public static void Write(PrometheusText text, StatusSource status, ChecksStatus checks)
    {
        text.Gauge("stepexport_checks", "Checks kept, by status.");
        text.Sample(checks.Totals.Pending, ("status", "pending"));
        text.Sample(checks.Totals.Approved, ("status", "approved"));
        text.Gauge("stepexport_checks_oldest_pending_age_seconds", "How long the check that waits longest has been waiting as it is; 0 when none waits.");
        text.Sample(status.OldestPendingAge.TotalSeconds);
        text.Gauge("stepexport_checks_unpublished", "Results and approvals that are not in the journal yet, and so in no sink.");
        text.Sample(checks.Totals.Unpublished);
        text.Gauge("stepexport_checks_healthy", "1 while the checks can be read.");
        text.Sample(status.ChecksHealth.Current.Ok ? 1 : 0);
        text.Counter("stepexport_checks_approvals_total", "Wishes to approve, by what became of them.");
        foreach (var (outcome, count) in checks.Approvals) text.Sample(count, ("outcome", outcome));
        if (checks.GitHub is { } gitHub) GitHub(text, checks, gitHub);
    }

    private static void GitHub(PrometheusText text, ChecksStatus checks, GitHubStatus gitHub)
    {
        text.Gauge("stepexport_checks_unreported", "Checks that GitHub does not know as they are.");
        text.Sample(checks.Totals.Unreported);
        text.Gauge("stepexport_checks_github_healthy", "1 while GitHub takes what it is told.");
        text.Sample(gitHub.Health.Current.Ok ? 1 : 0);
        text.Counter("stepexport_checks_github_reported_total", "Check runs that GitHub has taken.");
        text.Sample(gitHub.Reported);
        text.Counter("stepexport_checks_github_retried_total", "Attempts to tell GitHub that have failed and are repeated.");
        text.Sample(gitHub.Retried);
        text.Counter("stepexport_checks_github_pauses_total", "Times that GitHub wanted to be left alone for a while.");
        text.Sample(gitHub.Pauses);
        if (gitHub.Webhook is not { } webhook) return;
        text.Gauge("stepexport_checks_github_webhook_healthy", "1 while GitHub's deliveries can be taken.");
        text.Sample(webhook.Current.Ok ? 1 : 0);
        text.Counter("stepexport_checks_github_deliveries_total", "GitHub's deliveries to the webhook, by the code of the answer.");
        foreach (var (code, count) in gitHub.Deliveries) text.Sample(count, ("code", code.ToString(CultureInfo.InvariantCulture)));
    }
}
