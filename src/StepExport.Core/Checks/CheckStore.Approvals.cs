namespace StepExport.Core.Checks;

/// <summary>What people decide, and what the pipeline is told of it.</summary>
internal sealed partial class CheckStore
{
    /// <summary>Approves what the approver has seen. Of two at once one is the approver, the other gets <see cref="ApproveOutcome.NothingPending"/>.
    /// Durable on return.</summary>
    /// <param name="key">Which check.</param>
    /// <param name="revision">Of the check, as the approver saw it.</param>
    /// <param name="login">Who.</param>
    /// <param name="via">One of <see cref="ApprovalVia"/>.</param>
    /// <param name="comment">What he has to say; null when nothing.</param>
    public ApproveOutcome Approve(CheckKey key, int revision, string login, string via, string? comment) => Change(() =>
    {
        if (IdOf(key) is not { } check) return ApproveOutcome.Unknown;
        var (status, current) = Query("SELECT status, revision FROM checks WHERE id = $id", row => ((CheckStatus)row.GetInt32(0), row.GetInt32(1)), ("$id", check))[0];
        if (status != CheckStatus.Pending) return ApproveOutcome.NothingPending;
        if (current != revision) return ApproveOutcome.Changed;
        var approval = Note(check, CheckEventKind.Approved, login, via, comment);
        Execute(
            "UPDATE findings SET approved_in = $approval, approved_severity = severity WHERE check_id = $id AND fails = 1 AND approved_in IS NULL",
            ("$approval", approval), ("$id", check));
        Execute(
            "UPDATE checks SET conclusion = $success, status = $approved, approval = $approval, open = 0, revision = revision + 1, changed_ms = $now WHERE id = $id",
            ("$success", (int)CheckConclusion.Success), ("$approved", (int)CheckStatus.Approved), ("$approval", approval), ("$now", NowMs()), ("$id", check));
        Report(check, soon: true);
        return ApproveOutcome.Approved;
    });

    /// <summary>Somebody wanted to approve and may not: kept once per person, reason and revision.</summary>
    /// <returns>False when it was known, or there is no such check.</returns>
    public bool Refuse(CheckKey key, string login, string via, string reason) => Change(() =>
    {
        if (IdOf(key) is not { } check) return false;
        var known = Number(
            """
            SELECT COUNT(*) FROM history h JOIN checks c ON c.id = h.check_id
            WHERE c.id = $id AND h.revision = c.revision AND h.kind = $refused AND h.login = $login AND h.text = $reason
            """,
            ("$id", check), ("$refused", (int)CheckEventKind.Refused), ("$login", login), ("$reason", reason)) > 0;
        if (!known) Note(check, CheckEventKind.Refused, login, via, reason);
        return !known;
    });

    /// <summary>Lines of the history that the pipeline has not been told, oldest first.</summary>
    public IReadOnlyList<UnpublishedEvent> Unpublished(int limit = 100) => Read(() => Query(
        $"""
        SELECT {CheckRow.Columns}, {CheckRow.EventColumns}, h.id FROM history h JOIN checks c ON c.id = h.check_id LEFT JOIN history a ON a.id = c.approval
        WHERE h.published = 0 ORDER BY h.id LIMIT $limit
        """,
        row => new UnpublishedEvent(row.GetInt64(CheckRow.Behind + 6), CheckRow.Read(row), CheckRow.ReadEvent(row, CheckRow.Behind)),
        ("$limit", limit)));

    /// <summary>The findings that an approval covers, by uid, page by page.</summary>
    /// <param name="id">Of the approval's event.</param>
    /// <param name="afterUid">The last one of the page before; empty for the first page.</param>
    /// <param name="limit">Findings per page.</param>
    public IReadOnlyList<CheckFinding> ApprovedIn(long id, string afterUid, int limit = 200) => Read(() => Query(
        $"""
        SELECT {CheckRow.FindingColumns} FROM findings f JOIN checks c ON c.id = f.check_id JOIN history h ON h.check_id = c.id
        WHERE h.id = $id AND f.approved_in = $id AND f.uid > $after ORDER BY f.uid LIMIT $limit
        """,
        CheckRow.ReadFinding, ("$id", id), ("$after", afterUid), ("$limit", limit)));

    /// <summary>The pipeline has been told, durably.</summary>
    public void Published(long id) => Change(() => Execute("UPDATE history SET published = 1 WHERE id = $id", ("$id", id)));

    /// <returns>The event's id.</returns>
    private long Note(long check, CheckEventKind kind, string? login, string? via, string? text) => Number(
        """
        INSERT INTO history (check_id, at_ms, kind, login, via, text, revision)
        SELECT id, $now, $kind, $login, $via, $text, revision FROM checks WHERE id = $id
        RETURNING id
        """,
        ("$now", NowMs()), ("$kind", (int)kind), ("$login", login), ("$via", via), ("$text", text), ("$id", check));
}

/// <summary>A line of the history that the pipeline has to be told.</summary>
/// <param name="Id">For <see cref="CheckStore.Published"/>; grows.</param>
/// <param name="Check">As it is now.</param>
/// <param name="Event">What happened.</param>
internal sealed record UnpublishedEvent(long Id, Check Check, CheckEvent Event);
