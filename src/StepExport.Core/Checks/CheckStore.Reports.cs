namespace StepExport.Core.Checks;

/// <summary>What GitHub is told, and what it has told.</summary>
internal sealed partial class CheckStore
{
    /// <summary>The check that GitHub has to be told next; null when none is due.</summary>
    public DueReport? NextReport() => Read(() => Query(
        $"""
        SELECT {CheckRow.Columns}, c.check_run_id, c.changes, c.report_attempts FROM {Joined}
        WHERE c.report_at_ms <= $now ORDER BY c.report_at_ms, c.id LIMIT 1
        """,
        row => new DueReport(CheckRow.Read(row), row.IsDBNull(CheckRow.Behind) ? null : row.GetInt64(CheckRow.Behind), row.GetInt64(CheckRow.Behind + 1), row.GetInt32(CheckRow.Behind + 2)),
        ("$now", NowMs())).FirstOrDefault());

    /// <summary>When the next check is due; null while none waits.</summary>
    public DateTimeOffset? NextReportAt() => Read(() => Query(
        "SELECT MIN(report_at_ms) FROM checks WHERE report_at_ms IS NOT NULL", row => row.IsDBNull(0) ? (DateTimeOffset?)null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(0)))[0]);

    /// <summary>GitHub has it. When the check has changed meanwhile it stays due.</summary>
    public void Reported(DueReport report, long checkRunId) => Change(() => Execute(
        """
        UPDATE checks SET check_run_id = $run, report_attempts = 0, report_trouble = NULL, report_at_ms = CASE WHEN changes = $changes THEN NULL ELSE report_at_ms END
        WHERE repository = $repository AND run_id = $key
        """,
        ("$run", checkRunId), ("$changes", report.Changes), ("$repository", report.Check.Key.Repository), ("$key", report.Check.Key.RunId)));

    /// <summary>GitHub could not be told; it is tried again.</summary>
    /// <param name="report">What was tried.</param>
    /// <param name="again">When; null = not before the check changes, or is asked for.</param>
    /// <param name="trouble">Why, for a person.</param>
    public void Postpone(DueReport report, DateTimeOffset? again, string trouble) => Change(() => Execute(
        """
        UPDATE checks SET report_attempts = report_attempts + 1, report_trouble = $trouble,
          report_at_ms = CASE WHEN $again IS NULL AND changes <> $changes THEN report_at_ms ELSE $again END
        WHERE repository = $repository AND run_id = $key
        """,
        ("$trouble", trouble), ("$again", again?.ToUnixTimeMilliseconds()), ("$changes", report.Changes),
        ("$repository", report.Check.Key.Repository), ("$key", report.Check.Key.RunId)));

    /// <summary>Why GitHub could not be told of the check as it is; null while it is well.</summary>
    public string? ReportTrouble(CheckKey key) => Read(() => Query(
        "SELECT report_trouble FROM checks WHERE repository = $repository AND run_id = $run", row => row.IsDBNull(0) ? null : row.GetString(0),
        ("$repository", key.Repository), ("$run", key.RunId)).FirstOrDefault());

    /// <summary>GitHub is to be told again, whatever it has been told.</summary>
    /// <returns>False when there is no such check.</returns>
    public bool ReportAgain(CheckKey key) => Change(() =>
    {
        if (IdOf(key) is not { } check) return false;
        Report(check, soon: true);
        return true;
    });

    /// <summary>Forgets checks that have not changed, and deliveries that were acted on, for so long.</summary>
    /// <returns>How many checks.</returns>
    public int Sweep(TimeSpan keep) => Change(() =>
    {
        var before = NowMs() - (long)keep.TotalMilliseconds;
        Execute("DELETE FROM deliveries WHERE at_ms < $before", ("$before", before));
        return Execute(
            "DELETE FROM checks WHERE changed_ms < $before AND NOT EXISTS (SELECT 1 FROM history h WHERE h.check_id = checks.id AND h.published = 0)", ("$before", before));
    });

    /// <param name="check">Has changed.</param>
    /// <param name="soon">A person waits for it; what the detections bring may wait for more of them.</param>
    private void Report(long check, bool soon)
    {
        if (_settings.Settle is not { } settle) return;
        var rest = soon ? 0 : (long)settle.TotalMilliseconds;
        Execute(
            "UPDATE checks SET changes = changes + 1, report_attempts = 0, report_at_ms = MIN($at, COALESCE(report_at_ms, $at)) WHERE id = $id",
            ("$at", NowMs() + rest), ("$id", check));
    }
}

/// <summary>A check that GitHub has to be told.</summary>
/// <param name="Check">As it is now.</param>
/// <param name="CheckRunId">Number of its check run at GitHub; null when none is known.</param>
/// <param name="Changes">Counts up with every change of the check.</param>
/// <param name="Attempts">That have failed since the last success or change.</param>
internal sealed record DueReport(Check Check, long? CheckRunId, long Changes, int Attempts);
