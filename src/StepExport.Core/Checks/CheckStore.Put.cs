using Microsoft.Data.Sqlite;
using StepExport.Core.Model;

namespace StepExport.Core.Checks;

/// <content>One finding.</content>
internal sealed partial class CheckStore
{
    /// <summary>Puts a finding in, or in the place of the former one of that uid.</summary>
    /// <remarks>An approval covers a finding as its approver saw it: one that comes back graver than he saw it, or with another endpoint, is open
    /// again. What becomes less grave, is suppressed, or is suppressed no more stays approved.</remarks>
    private FindingChange Put(long check, CheckFinding finding)
    {
        var fails = _settings.Rules.Fails(finding);
        var more = CheckRow.Endpoints(finding.MoreEndpoints);
        if (Insert(check, finding, fails, more)) return FindingChange.Of(fails);
        var former = Query(
            "SELECT severity, status, title, fails, CASE WHEN approved_in IS NOT NULL THEN approved_severity END, host, port, more_endpoints, process, sequence, appended_ms FROM findings WHERE check_id = $check AND uid = $uid",
            Former.Read, ("$check", check), ("$uid", finding.Uid))[0];
        if (former.IsBehind(finding.Position)) return default;
        var moved = former.Host != finding.Endpoint?.Host || former.Port != finding.Endpoint?.Port || former.More != more;
        if (!moved && former.Fails == fails && former.Severity == finding.Severity && former.Status == finding.Status
            && former.Title == finding.Title && former.Process == finding.Process) return default;
        var approved = !moved && former.Approved >= finding.Severity;
        Update(check, finding, fails, more, approved);
        return FindingChange.Between(former.Fails, former.Fails && former.Approved is null, fails, fails && !approved);
    }

    /// <returns>False when there is one of that uid.</returns>
    private bool Insert(long check, CheckFinding finding, bool fails, string? more) => Execute(
        """
        INSERT INTO findings (check_id, uid, type, severity, status, title, job, host, port, more_endpoints, process, url, at_ms, fails, sequence, appended_ms, record)
        VALUES ($check, $uid, $type, $severity, $status, $title, $job, $host, $port, $more, $process, $url, $at, $fails, $sequence, $appended, $record)
        ON CONFLICT DO NOTHING
        """,
        ("$check", check), ("$uid", finding.Uid), ("$type", finding.Type), ("$severity", (int)finding.Severity), ("$status", (int)finding.Status),
        ("$title", finding.Title), ("$job", finding.Job), ("$host", finding.Endpoint?.Host), ("$port", finding.Endpoint?.Port), ("$more", more),
        ("$process", finding.Process), ("$url", finding.Url), ("$at", finding.At.ToUnixTimeMilliseconds()), ("$fails", fails),
        ("$sequence", finding.Position.Sequence), ("$appended", finding.Position.AppendedAtMs), ("$record", fails ? finding.Record.ToArray() : null)) > 0;

    private void Update(long check, CheckFinding finding, bool fails, string? more, bool approved) => Execute(
        """
        UPDATE findings SET type = $type, severity = $severity, status = $status, title = $title, job = $job, host = $host, port = $port, more_endpoints = $more,
          process = $process, url = $url, at_ms = $at, fails = $fails, sequence = $sequence, appended_ms = $appended,
          record = $record, approved_in = CASE WHEN $approved THEN approved_in END
        WHERE check_id = $check AND uid = $uid
        """,
        ("$check", check), ("$uid", finding.Uid), ("$type", finding.Type), ("$severity", (int)finding.Severity), ("$status", (int)finding.Status),
        ("$title", finding.Title), ("$job", finding.Job), ("$host", finding.Endpoint?.Host), ("$port", finding.Endpoint?.Port), ("$more", more),
        ("$process", finding.Process), ("$url", finding.Url), ("$at", finding.At.ToUnixTimeMilliseconds()), ("$fails", fails),
        ("$sequence", finding.Position.Sequence), ("$appended", finding.Position.AppendedAtMs),
        ("$record", fails || approved ? finding.Record.ToArray() : null), ("$approved", approved));

    /// <summary>What was known of a finding; <c>Approved</c> is the severity that its approver saw.</summary>
    private sealed record Former(
        Severity Severity, FindingStatus Status, string Title, bool Fails, Severity? Approved, string? Host, int? Port, string? More, string? Process, JournalPosition Position)
    {
        public static Former Read(SqliteDataReader row) => new(
            (Severity)row.GetInt32(0), (FindingStatus)row.GetInt32(1), row.GetString(2), row.GetBoolean(3), row.IsDBNull(4) ? null : (Severity)row.GetInt32(4),
            row.IsDBNull(5) ? null : row.GetString(5), row.IsDBNull(6) ? null : row.GetInt32(6), row.IsDBNull(7) ? null : row.GetString(7),
            row.IsDBNull(8) ? null : row.GetString(8), new(row.GetInt64(9), row.GetInt64(10)));

        /// <summary>Whether what comes now was read before. Sequence and time both have to say so: the journal may have been deleted, the clock set back.</summary>
        public bool IsBehind(JournalPosition now) =>
            now.Sequence > 0 && now.Sequence <= Position.Sequence && now.AppendedAtMs <= Position.AppendedAtMs;
    }
}
