using Microsoft.Data.Sqlite;
using StepExport.Core.Model;

namespace StepExport.Core.Checks;

/// <content>What the records of a check say of its findings.</content>
internal sealed partial class CheckStore
{
    /// <summary>What fails in a check, in short.</summary>
    /// <param name="key">Which check.</param>
    /// <param name="titles">At most so many of the open ones are named.</param>
    public FailingSummary Failing(CheckKey key, int titles) => Read(() =>
    {
        ReadOnlySpan<(string, object?)> check = [("$repository", key.Repository), ("$run", key.RunId), ("$limit", titles)];
        const string failing = "FROM findings f JOIN checks c ON c.id = f.check_id WHERE c.repository = $repository AND c.run_id = $run AND f.fails = 1";
        var (severity, open) = Query(
            $"SELECT COALESCE(MAX(f.severity), $least), COALESCE(SUM(f.approved_in IS NULL), 0) {failing}",
            (SqliteDataReader row) => ((Severity)row.GetInt32(0), row.GetInt32(1)), [.. check, ("$least", (int)Severity.Informational)])[0];
        return new FailingSummary(severity, open, Query(
            $"SELECT f.type || ': ' || f.title {failing} AND f.approved_in IS NULL ORDER BY f.severity DESC, f.at_ms, f.uid LIMIT $limit", row => row.GetString(0), check));
    });
}

/// <summary>What fails in a check, in short.</summary>
/// <param name="Severity">Highest of the failing findings, approved or not; <see cref="Severity.Informational"/> when none fails.</param>
/// <param name="Open">Failing findings that nobody has approved.</param>
/// <param name="Titles">Type and title of the gravest open ones.</param>
internal sealed record FailingSummary(Severity Severity, int Open, IReadOnlyList<string> Titles);
