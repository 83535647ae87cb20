namespace StepExport.Core.Checks;

/// <summary>What checks are derived from.</summary>
internal sealed partial class CheckStore
{
    /// <summary>Takes findings in, in any order and as often as they come; a finding whose state has changed takes the place of the former.</summary>
    public void Apply(IReadOnlyCollection<CheckFinding> findings)
    {
        if (findings.Count == 0) return;
        Change(() =>
        {
            foreach (var group in findings.GroupBy(finding => finding.Check))
            {
                var (check, isNew) = CheckFor(group.Key, group.Select(finding => finding.Workflow).FirstOrDefault(workflow => workflow.Length > 0) ?? "");
                var changed = 0;
                foreach (var finding in group) changed += Put(check, finding);
                if (isNew || changed > 0) Conclude(check, isNew);
            }

            return true;
        });
    }

    /// <summary>What GitHub says of a run; makes its check when it has had no detection.</summary>
    public void SetRun(CheckKey key, RunFacts run, string workflow = "") => Change(() =>
    {
        var (check, isNew) = CheckFor(key, workflow);
        Execute(
            """
            UPDATE checks SET head_sha = $sha, head_branch = $branch, workflow_name = $name, pull_request = $pull, authors = $authors, run_url = $url
            WHERE id = $id
            """,
            ("$sha", run.HeadSha), ("$branch", run.HeadBranch), ("$name", run.WorkflowName), ("$pull", run.PullRequest),
            ("$authors", CheckRow.Authors(run.Authors)), ("$url", run.Url), ("$id", check));
        if (isNew) Conclude(check, isNew: true);
        return true;
    });

    private (long Id, bool IsNew) CheckFor(CheckKey key, string workflow)
    {
        var isNew = Execute(
            """
            INSERT INTO checks (repository, run_id, workflow, first_seen_ms, changed_ms) VALUES ($repository, $run, $workflow, $now, $now)
            ON CONFLICT DO NOTHING
            """,
            ("$repository", key.Repository), ("$run", key.RunId), ("$workflow", workflow), ("$now", NowMs())) > 0;
        var id = IdOf(key)!.Value;
        if (!isNew && workflow.Length > 0) Execute("UPDATE checks SET workflow = $workflow WHERE id = $id AND workflow = ''", ("$workflow", workflow), ("$id", id));
        return (id, isNew);
    }

    private long? IdOf(CheckKey key) => Query(
        "SELECT id FROM checks WHERE repository = $repository AND run_id = $run", row => (long?)row.GetInt64(0),
        ("$repository", key.Repository), ("$run", key.RunId)).FirstOrDefault();

    /// <returns>1 when it is new or another one than before.</returns>
    private int Put(long check, CheckFinding finding)
    {
        var fails = _settings.Rules.Fails(finding);
        return Execute(
            """
            INSERT INTO findings (check_id, uid, type, severity, status, title, job, host, port, process, url, at_ms, fails, record)
            VALUES ($check, $uid, $type, $severity, $status, $title, $job, $host, $port, $process, $url, $at, $fails, $record)
            ON CONFLICT (check_id, uid) DO UPDATE SET severity = $severity, status = $status, title = $title, fails = $fails, record = $record
            WHERE severity <> $severity OR status <> $status OR title <> $title OR fails <> $fails
            """,
            ("$check", check), ("$uid", finding.Uid), ("$type", finding.Type), ("$severity", (int)finding.Severity), ("$status", (int)finding.Status),
            ("$title", finding.Title), ("$job", finding.Job), ("$host", finding.Endpoint?.Host), ("$port", finding.Endpoint?.Port), ("$process", finding.Process),
            ("$url", finding.Url), ("$at", finding.At.ToUnixTimeMilliseconds()), ("$fails", fails), ("$record", fails ? finding.Record.ToArray() : null));
    }

    /// <summary>Judges a check anew after its findings have changed.</summary>
    private void Conclude(long check, bool isNew)
    {
        var (before, seen) = Query(
            "SELECT status, failing FROM checks WHERE id = $id", row => ((CheckStatus)row.GetInt32(0), row.GetInt32(1)), ("$id", check))[0];
        var open = (int)Number("SELECT COUNT(*) FROM findings WHERE check_id = $id AND fails = 1 AND approved_in IS NULL", ("$id", check));
        var failing = (int)Number("SELECT COUNT(*) FROM findings WHERE check_id = $id AND fails = 1", ("$id", check));
        var status = open > 0 ? CheckStatus.Pending : CheckStatus.Approved;
        var turned = isNew || status != before || (open > 0 && failing != seen);
        Execute(
            """
            UPDATE checks SET conclusion = $conclusion, status = $status, failing = $failing, revision = revision + $turned, changed_ms = $now,
              findings = (SELECT COUNT(*) FROM findings WHERE check_id = $id)
            WHERE id = $id
            """,
            ("$conclusion", (int)(open > 0 ? CheckConclusion.Failure : CheckConclusion.Success)), ("$status", (int)status), ("$failing", failing),
            ("$turned", turned ? 1 : 0), ("$now", NowMs()), ("$id", check));
        Report(check, soon: false);
        if (turned) Note(check, open > 0 ? CheckEventKind.Failed : CheckEventKind.Passed, null, null, null);
    }

    /// <summary>The rules may be others than those by which the pending checks were judged.</summary>
    private void JudgeAgain() => Change(() =>
    {
        foreach (var check in Query("SELECT id FROM checks WHERE status = $pending", row => row.GetInt64(0), ("$pending", (int)CheckStatus.Pending)))
        {
            var findings = Query(
                $"SELECT {CheckRow.FindingColumns} FROM findings f JOIN checks c ON c.id = f.check_id WHERE c.id = $id AND f.fails = 1",
                CheckRow.ReadFinding, ("$id", check));
            var passed = findings.Where(finding => !_settings.Rules.Fails(finding)).ToList();
            foreach (var finding in passed) Execute("UPDATE findings SET fails = 0, record = NULL WHERE check_id = $id AND uid = $uid", ("$id", check), ("$uid", finding.Uid));
            if (passed.Count > 0) Conclude(check, isNew: false);
        }

        return true;
    });
}
