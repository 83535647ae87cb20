using System.Diagnostics;
using StepExport.Admin;

namespace StepExport.Tests.Admin;

public sealed class MetricsPageTests
{
    private readonly SampleStatus _sample = new();

    [Theory]
    [InlineData("stepexport_build_info{version=\"1.2.3\"} 1")]
    [InlineData("stepexport_start_time_seconds 1767323045")]
    [InlineData("stepexport_journal_bytes 5000")]
    [InlineData("stepexport_journal_capacity_bytes 2000000")]
    [InlineData("stepexport_journal_durable_sequence 42")]
    [InlineData("stepexport_journal_healthy 1")]
    [InlineData("stepexport_journal_damages_total 8")]
    [InlineData("stepexport_dead_letters 3")]
    [InlineData("stepexport_dedupe_keys 17")]
    [InlineData("stepexport_dedupe_reach_seconds 3600")]
    [InlineData("stepexport_dedupe_healthy 1")]
    [InlineData("stepexport_source_deduplicated_total{source=\"in\"} 2")]
    [InlineData("stepexport_dead_letters_bytes 900")]
    [InlineData("stepexport_dead_letters_used_ratio 0.75")]
    [InlineData("stepexport_dead_letters_capacity 4")]
    [InlineData("stepexport_dead_letters_replayed_total 6")]
    [InlineData("stepexport_dead_letters_refused_again_total 5")]
    [InlineData("stepexport_dead_letters_healthy 1")]
    [InlineData("stepexport_source_dead_letters{source=\"in\"} 1")]
    [InlineData("stepexport_sink_dead_letters_bytes{sink=\"splunk\"} 600")]
    [InlineData("stepexport_source_received_total{source=\"in\"} 45")]
    [InlineData("stepexport_source_rejected_total{source=\"in\"} 3")]
    [InlineData("stepexport_source_durable_total{source=\"in\"} 42")]
    [InlineData("stepexport_source_redactions_total{source=\"in\"} 7")]
    [InlineData("stepexport_source_normalized_total{source=\"in\",type=\"Agent-Tampered\"} 41")]
    [InlineData("stepexport_source_normalized_total{source=\"in\",type=\"a\\\"b\\\\c\\nd\"} 1")]
    [InlineData("stepexport_source_requests_total{source=\"in\",code=\"401\"} 2")]
    [InlineData("stepexport_source_healthy{source=\"in\"} 1")]
    [InlineData("stepexport_source_durable_latency_seconds_bucket{source=\"in\",le=\"0.001\"} 0")]
    [InlineData("stepexport_source_durable_latency_seconds_bucket{source=\"in\",le=\"0.0025\"} 1")]
    [InlineData("stepexport_sink_delivered_total{sink=\"splunk\"} 30")]
    [InlineData("stepexport_sink_retried_total{sink=\"splunk\"} 5")]
    [InlineData("stepexport_sink_rejected_total{sink=\"splunk\"} 2")]
    [InlineData("stepexport_sink_filtered_total{sink=\"splunk\"} 1")]
    [InlineData("stepexport_sink_requests_total{sink=\"splunk\"} 2")]
    [InlineData("stepexport_sink_sent_bytes_total{sink=\"splunk\"} 999")]
    [InlineData("stepexport_sink_in_flight{sink=\"splunk\"} 1")]
    [InlineData("stepexport_sink_lag_records{sink=\"splunk\"} 9")]
    [InlineData("stepexport_sink_lag_records{sink=\"file\"} 42")]
    [InlineData("stepexport_sink_oldest_undelivered_age_seconds{sink=\"splunk\"} 90.5")]
    [InlineData("stepexport_sink_oldest_undelivered_age_seconds{sink=\"file\"} 0")]
    [InlineData("stepexport_sink_request_duration_seconds_bucket{sink=\"splunk\",le=\"0.025\"} 0")]
    [InlineData("stepexport_sink_request_duration_seconds_bucket{sink=\"splunk\",le=\"0.05\"} 1")]
    [InlineData("stepexport_sink_request_duration_seconds_bucket{sink=\"splunk\",le=\"60\"} 1")]
    [InlineData("stepexport_sink_request_duration_seconds_bucket{sink=\"splunk\",le=\"+Inf\"} 1")]
    [InlineData("stepexport_sink_request_duration_seconds_sum{sink=\"splunk\"} 0.03")]
    [InlineData("stepexport_sink_request_duration_seconds_count{sink=\"splunk\"} 1")]
    [InlineData("stepexport_checks{status=\"pending\"} 2")]
    [InlineData("stepexport_checks{status=\"approved\"} 7")]
    [InlineData("stepexport_checks_oldest_pending_age_seconds 90.5")]
    [InlineData("stepexport_checks_unpublished 1")]
    [InlineData("stepexport_checks_unreported 4")]
    [InlineData("stepexport_checks_healthy 1")]
    [InlineData("stepexport_checks_approvals_total{outcome=\"approved\"} 3")]
    [InlineData("stepexport_checks_approvals_total{outcome=\"forbidden\"} 1")]
    [InlineData("stepexport_checks_github_healthy 1")]
    [InlineData("stepexport_checks_github_webhook_healthy 1")]
    [InlineData("stepexport_checks_github_reported_total 11")]
    [InlineData("stepexport_checks_github_retried_total 5")]
    [InlineData("stepexport_checks_github_pauses_total 2")]
    [InlineData("stepexport_checks_github_deliveries_total{code=\"401\"} 1")]
    public void The_page_has_the_line(string line) => Assert.Contains(line, MetricsPage.Of(_sample.Status).Split('\n'));

    [Fact]
    public void An_unhealthy_sink_shows_as_zero_and_the_other_as_one()
    {
        _sample.Sink.Health.Unhealthy("token refused");
        var lines = MetricsPage.Of(_sample.Status).Split('\n');
        Assert.Contains("stepexport_sink_healthy{sink=\"splunk\"} 0", lines);
        Assert.Contains("stepexport_sink_healthy{sink=\"file\"} 1", lines);
    }

    [Fact]
    public void Trouble_of_the_dedupe_store_shows()
    {
        _sample.DedupeTrouble = "disk full";
        Assert.Contains("stepexport_dedupe_healthy 0", MetricsPage.Of(_sample.Status).Split('\n'));
        var part = Assert.Single(Readiness.Of(_sample.Status).Unhealthy);
        Assert.Equal(("dedupe", "disk full"), (part.Kind, part.Reason));
    }

    [Fact]
    public void Every_family_has_its_help_and_type_once_and_before_its_samples()
    {
        var lines = MetricsPage.Of(_sample.Status).TrimEnd('\n').Split('\n');
        var announced = new HashSet<string>();
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].StartsWith("# HELP ", StringComparison.Ordinal))
            {
                var family = lines[i].Split(' ')[2];
                Assert.True(announced.Add(family), family);
                Assert.StartsWith($"# TYPE {family} ", lines[++i], StringComparison.Ordinal);
            }
            else
            {
                Assert.Contains(announced.Last(), lines[i], StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task Promtool_finds_no_fault()
    {
        Assert.SkipUnless(OnPath("promtool"), "promtool is not installed (Debian: apt-get install prometheus)");
        using var promtool = Process.Start(new ProcessStartInfo("promtool", "check metrics") { RedirectStandardInput = true, RedirectStandardError = true, RedirectStandardOutput = true })!;
        await promtool.StandardInput.WriteAsync(MetricsPage.Of(_sample.Status));
        promtool.StandardInput.Close();
        var output = await promtool.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken) + await promtool.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await promtool.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal((0, ""), (promtool.ExitCode, output));
    }

    private static bool OnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));
}
