using System.Globalization;
using Microsoft.Data.Sqlite;
using StepExport.Core.Model;

namespace StepExport.Core.Checks;

/// <summary>Rows of the tables as records.</summary>
internal static class CheckRow
{
    /// <summary>Of <c>checks c LEFT JOIN history a ON a.id = c.approval</c>.</summary>
    public const string Columns = """
        c.repository, c.run_id, c.workflow, c.head_sha, c.head_branch, c.workflow_name, c.pull_request, c.authors, c.run_url,
        c.conclusion, c.status, c.revision, c.findings, c.failing, c.first_seen_ms, c.changed_ms,
        a.login, a.via, a.text, a.at_ms, a.revision
        """;

    /// <summary>Where what follows <see cref="Columns"/> begins.</summary>
    public const int Behind = 21;

    public const string FindingColumns = "f.uid, f.type, f.severity, f.status, f.title, f.job, f.host, f.port, f.process, f.url, f.at_ms, f.fails, f.record, c.repository, c.run_id, c.workflow, f.more_endpoints";

    /// <summary>Where what follows <see cref="FindingColumns"/> begins.</summary>
    public const int BehindFinding = 17;

    public const string EventColumns = "h.at_ms, h.kind, h.login, h.via, h.text, h.revision";

    public static Check Read(SqliteDataReader row) => new()
    {
        Key = new(row.GetString(0), row.GetString(1)),
        Workflow = row.GetString(2),
        Run = row.IsDBNull(3) ? null : new(row.GetString(3), Text(row, 4), Text(row, 5), row.IsDBNull(6) ? null : row.GetInt32(6), Authors(row, 7), Text(row, 8)),
        Conclusion = (CheckConclusion)row.GetInt32(9),
        Status = (CheckStatus)row.GetInt32(10),
        Revision = row.GetInt32(11),
        Findings = row.GetInt32(12),
        Failing = row.GetInt32(13),
        FirstSeen = Time(row, 14),
        Changed = Time(row, 15),
        Approval = row.IsDBNull(16) ? null : new(row.GetString(16), row.GetString(17), Text(row, 18), Time(row, 19), row.GetInt32(20)),
    };

    public static CheckFinding ReadFinding(SqliteDataReader row) => new()
    {
        Uid = row.GetString(0),
        Type = row.GetString(1),
        Severity = (Severity)row.GetInt32(2),
        Status = (FindingStatus)row.GetInt32(3),
        Title = row.GetString(4),
        Job = Text(row, 5),
        Endpoint = row.IsDBNull(6) ? null : new(row.GetString(6), row.IsDBNull(7) ? null : row.GetInt32(7)),
        Process = Text(row, 8),
        Url = Text(row, 9),
        At = Time(row, 10),
        Fails = row.GetBoolean(11),
        Record = row.IsDBNull(12) ? default : row.GetFieldValue<byte[]>(12),
        Check = new(row.GetString(13), row.GetString(14)),
        Workflow = row.GetString(15),
        MoreEndpoints = row.IsDBNull(16) ? [] : [.. row.GetString(16).Split('\n').Select(Endpoint)],
    };

    public static CheckEvent ReadEvent(SqliteDataReader row, int first = 0) => new(
        Time(row, first), (CheckEventKind)row.GetInt32(first + 1), Text(row, first + 2), Text(row, first + 3), Text(row, first + 4), row.GetInt32(first + 5));

    /// <summary>Logins have no spaces.</summary>
    public static string Authors(IReadOnlyList<string> logins) => string.Join(' ', logins);

    /// <summary>A line for each, <c>port host</c>; null for none.</summary>
    public static string? Endpoints(IReadOnlyList<CalledEndpoint> endpoints) => endpoints.Count == 0
        ? null
        : string.Join('\n', endpoints.Select(e => string.Create(CultureInfo.InvariantCulture, $"{e.Port} {e.Host.ReplaceLineEndings(" ")}")));

    private static CalledEndpoint Endpoint(string line)
    {
        var space = line.IndexOf(' ', StringComparison.Ordinal);
        return new(line[(space + 1)..], space == 0 ? null : int.Parse(line.AsSpan(0, space), CultureInfo.InvariantCulture));
    }

    private static string[] Authors(SqliteDataReader row, int column) => row.IsDBNull(column) ? [] : row.GetString(column).Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static string? Text(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static DateTimeOffset Time(SqliteDataReader row, int column) => DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));
}
