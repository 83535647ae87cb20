namespace StepExport.Core.Checks;

/// <summary>What checks are derived from.</summary>
internal sealed partial class CheckStore
{
    /// <summary>Takes findings in, as often as they come; a finding whose state has changed takes the place of the former. What is known already changes
    /// nothing, and what is older than what is known is passed over (<see cref="CheckFinding.Position"/>).</summary>
    /// <exception cref="IOException">The store failed; nothing was taken.</exception>
    public void Apply(IReadOnlyCollection<CheckFinding> findings)
    {
        if (findings.Count == 0) return;
        Change(() =>
        {
            foreach (var group in findings.GroupBy(finding => finding.Check))
            {
                var check = CheckFor(group.Key, group.Select(finding => finding.Workflow).FirstOrDefault(workflow => workflow.Length > 0) ?? "");
                var change = default(FindingChange);
                foreach (var finding in group) change += Put(check.Id, finding);
                if (check.IsNew || change.IsAny) Conclude(check, change);
            }

            return true;
        });
    }

    /// <summary>What GitHub says of a run; makes its check when it has had no detection.</summary>
    public void SetRun(CheckKey key, RunFacts run, string workflow = "") => Change(() =>
    {
        var check = CheckFor(key, workflow);
        Execute(
            """
            UPDATE checks SET head_sha = $sha, head_branch = $branch, workflow_name = $name, pull_request = $pull, authors = $authors, run_url = $url
            WHERE id = $id
            """,
            ("$sha", run.HeadSha), ("$branch", run.HeadBranch), ("$name", run.WorkflowName), ("$pull", run.PullRequest),
            ("$authors", CheckRow.Authors(run.Authors)), ("$url", run.Url), ("$id", check.Id));
        if (check.IsNew) Conclude(check, default);
        return true;
    });

    /// <summary>A run has ended: makes its check when it has had no detection. What GitHub says of it is not known yet.</summary>
    /// <returns>False when it was known.</returns>
    public bool See(CheckKey key, string workflow) => Change(() =>
    {
        var check = CheckFor(key, workflow);
        if (check.IsNew) Conclude(check, default);
        return check.IsNew;
    });

    private CheckState CheckFor(CheckKey key, string workflow)
    {
        foreach (var (state, known) in Query(
            "SELECT id, status, open, workflow FROM checks WHERE repository = $repository AND run_id = $run",
            row => (new CheckState(row.GetInt64(0), false, (CheckStatus)row.GetInt32(1), row.GetInt32(2)), row.GetString(3)),
            ("$repository", key.Repository), ("$run", key.RunId)))
        {
            if (known.Length == 0 && workflow.Length > 0) Execute("UPDATE checks SET workflow = $workflow WHERE id = $id", ("$workflow", workflow), ("$id", state.Id));
            return state;
        }

        var id = Number(
            "INSERT INTO checks (repository, run_id, workflow, first_seen_ms, changed_ms) VALUES ($repository, $run, $workflow, $now, $now) RETURNING id",
            ("$repository", key.Repository), ("$run", key.RunId), ("$workflow", workflow), ("$now", NowMs()));
        return new(id, true, CheckStatus.Approved, 0);
    }

    private long? IdOf(CheckKey key) => Query(
        "SELECT id FROM checks WHERE repository = $repository AND run_id = $run", row => (long?)row.GetInt64(0),
        ("$repository", key.Repository), ("$run", key.RunId)).FirstOrDefault();

    /// <summary>Judges a check anew after its findings have changed.</summary>
    private void Conclude(CheckState check, FindingChange change)
    {
        var open = check.Open + change.Open;
        var status = open > 0 ? CheckStatus.Pending : CheckStatus.Approved;
        var turned = check.IsNew || status != check.Status;
        Execute(
            """
            UPDATE checks SET conclusion = $conclusion, status = $status, revision = revision + $newer, changed_ms = $now,
              findings = findings + $findings, failing = failing + $failing, open = $open
            WHERE id = $id
            """,
            ("$conclusion", (int)(open > 0 ? CheckConclusion.Failure : CheckConclusion.Success)), ("$status", (int)status),
            ("$newer", turned || change.ToReview ? 1 : 0), ("$now", NowMs()), ("$findings", change.Findings), ("$failing", change.Failing), ("$open", open), ("$id", check.Id));
        Report(check.Id, soon: false);
        if (status == CheckStatus.Approved && turned) Note(check.Id, CheckEventKind.Passed, null, null, null);
        if (status == CheckStatus.Pending && (turned || change.Opened)) Note(check.Id, CheckEventKind.Failed, null, null, null);
    }

    /// <summary>The rules may be others than those by which the pending checks were judged. What has passed is not judged again: its record is not kept.</summary>
    private void JudgeAgain() => Change(() =>
    {
        foreach (var check in Query(
            "SELECT id, open FROM checks WHERE status = $pending", row => new CheckState(row.GetInt64(0), false, CheckStatus.Pending, row.GetInt32(1)),
            ("$pending", (int)CheckStatus.Pending)))
        {
            var change = default(FindingChange);
            foreach (var (finding, isOpen) in Query(
                $"SELECT {CheckRow.FindingColumns}, f.approved_in IS NULL FROM findings f JOIN checks c ON c.id = f.check_id WHERE c.id = $id AND f.fails = 1",
                row => (CheckRow.ReadFinding(row), row.GetBoolean(CheckRow.BehindFinding)), ("$id", check.Id)))
            {
                if (_settings.Rules.Fails(finding)) continue;
                Execute(
                    "UPDATE findings SET fails = 0, record = CASE WHEN approved_in IS NULL THEN NULL ELSE record END WHERE check_id = $id AND uid = $uid",
                    ("$id", check.Id), ("$uid", finding.Uid));
                change += FindingChange.Between(wasFailing: true, isOpen, fails: false, isStillOpen: false);
            }

            if (change.IsAny) Conclude(check, change);
        }

        return true;
    });

    /// <param name="Id">Of the row.</param>
    /// <param name="IsNew">Nothing was known of the run.</param>
    /// <param name="Status">Before the change.</param>
    /// <param name="Open">Findings that fail and that nobody has approved, before the change.</param>
    private readonly record struct CheckState(long Id, bool IsNew, CheckStatus Status, int Open);
}
