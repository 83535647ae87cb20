using StepExport.Core.Telemetry;

namespace StepExport.Core.Checks;

/// <summary>What people look at.</summary>
internal sealed partial class CheckStore
{
    private const string Joined = "checks c LEFT JOIN history a ON a.id = c.approval";

    public Check? Find(CheckKey key) => Read(() => Query(
        $"SELECT {CheckRow.Columns} FROM {Joined} WHERE c.repository = $repository AND c.run_id = $run", CheckRow.Read,
        ("$repository", key.Repository), ("$run", key.RunId)).FirstOrDefault());

    public CheckPage List(CheckQuery query) => Read(() =>
    {
        var (where, parameters) = Conditions(query);
        var total = (int)Number($"SELECT COUNT(*) FROM {Joined} WHERE {where}", parameters);
        return new CheckPage(
            Query(
                $"SELECT {CheckRow.Columns} FROM {Joined} WHERE {where} ORDER BY c.changed_ms DESC, c.id DESC LIMIT $size OFFSET $skip", CheckRow.Read,
                [.. parameters, ("$size", query.Size), ("$skip", (long)(query.Page - 1) * query.Size)]),
            total);
    });

    /// <summary>Every repository that has a check, in alphabetical order.</summary>
    public IReadOnlyList<string> Repositories() => Read(() => Query("SELECT DISTINCT repository FROM checks ORDER BY repository", row => row.GetString(0)));

    /// <summary>The findings of a check: those that fail first, then by time.</summary>
    public IReadOnlyList<CheckFinding> Findings(CheckKey key, int limit = 1000) => Read(() => Query(
        $"""
        SELECT {CheckRow.FindingColumns} FROM findings f JOIN checks c ON c.id = f.check_id
        WHERE c.repository = $repository AND c.run_id = $run ORDER BY f.fails DESC, f.at_ms, f.uid LIMIT $limit
        """,
        CheckRow.ReadFinding, ("$repository", key.Repository), ("$run", key.RunId), ("$limit", limit)));

    /// <summary>Newest first.</summary>
    public IReadOnlyList<CheckEvent> History(CheckKey key, int limit = 200) => Read(() => Query(
        $"""
        SELECT {CheckRow.EventColumns} FROM history h JOIN checks c ON c.id = h.check_id
        WHERE c.repository = $repository AND c.run_id = $run ORDER BY h.id DESC LIMIT $limit
        """,
        row => CheckRow.ReadEvent(row), ("$repository", key.Repository), ("$run", key.RunId), ("$limit", limit)));

    /// <summary>Checks by conclusion and status, and what waits.</summary>
    public CheckTotals Totals() => Read(() => Query(
        """
        SELECT COALESCE(SUM(status = 0), 0), COALESCE(SUM(status = 1), 0), COALESCE(SUM(report_at_ms IS NOT NULL), 0),
          (SELECT COUNT(*) FROM history WHERE published = 0), MIN(CASE WHEN status = 0 THEN changed_ms END)
        FROM checks
        """,
        row => new CheckTotals(row.GetInt32(0), row.GetInt32(1), row.GetInt32(2), row.GetInt32(3), row.IsDBNull(4) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(4))))[0]);

    private static (string Where, (string Name, object? Value)[] Parameters) Conditions(CheckQuery query)
    {
        var conditions = new List<string> { "1" };
        var parameters = new List<(string, object?)>();
        void Add(string condition, string name, object value)
        {
            conditions.Add(condition);
            parameters.Add((name, value));
        }

        if (query.Conclusion is { } conclusion) Add("c.conclusion = $conclusion", "$conclusion", (int)conclusion);
        if (query.Status is { } status) Add("c.status = $status", "$status", (int)status);
        if (query.Repository is { } repository) Add("c.repository = $repository", "$repository", repository);
        if (query.Search is { Length: > 0 } search)
        {
            Add(
                """
                (instr(lower(c.repository || ' ' || c.run_id || ' ' || c.workflow || ' ' || ifnull(c.workflow_name, '') || ' ' || ifnull(c.head_branch, '')
                  || ' ' || ifnull(c.head_sha, '') || ' ' || ifnull('#' || c.pull_request, '') || ' ' || ifnull(a.login, '')), $search) > 0
                 OR EXISTS (SELECT 1 FROM findings f WHERE f.check_id = c.id AND
                   instr(lower(f.title || ' ' || f.type || ' ' || ifnull(f.host, '') || ' ' || ifnull(f.more_endpoints, '') || ' ' || ifnull(f.process, '')), $search) > 0))
                """,
                "$search", Lower(search));
        }

        return (string.Join(" AND ", conditions), [.. parameters]);
    }

    /// <summary>As SQLite's lower() does: ASCII letters only.</summary>
    private static string Lower(string text) => string.Create(text.Length, text, (lower, from) =>
    {
        for (var i = 0; i < lower.Length; i++) lower[i] = char.IsAsciiLetterUpper(from[i]) ? (char)(from[i] | 0x20) : from[i];
    });
}
