using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;

namespace StepExport.Core.DeadLetters;

/// <summary>A letter as a row of the table.</summary>
internal static class DeadLetterRow
{
    public const string Columns = "id, added_ms, component, at_intake, reason, code, position, sequence, detection_type, uid, header, replays, replay_to, bytes";

    /// <returns>1, or 0 when the same letter is there already.</returns>
    public static int Insert(DeadLetter letter, long nowMs, SqliteTransaction transaction)
    {
        using var command = transaction.Connection!.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = """
            INSERT INTO dead_letters (added_ms, component, place, hash, at_intake, reason, code, position, sequence, detection_type, uid, header, bytes)
            VALUES ($added, $component, $place, $hash, $intake, $reason, $code, $position, $sequence, $type, $uid, $header, $bytes)
            ON CONFLICT (component, place, hash) DO NOTHING
            """;
        command.Parameters.AddWithValue("$added", nowMs);
        command.Parameters.AddWithValue("$component", letter.Component);
        command.Parameters.AddWithValue("$place", letter.Sequence?.ToString(CultureInfo.InvariantCulture) ?? letter.Position ?? "");
        command.Parameters.AddWithValue("$hash", SHA256.HashData(letter.Bytes));
        command.Parameters.AddWithValue("$intake", letter.AtIntake);
        command.Parameters.AddWithValue("$reason", letter.Reason);
        command.Parameters.AddWithValue("$code", OrNull(letter.Code));
        command.Parameters.AddWithValue("$position", OrNull(letter.Position));
        command.Parameters.AddWithValue("$sequence", OrNull(letter.Sequence));
        command.Parameters.AddWithValue("$type", OrNull(letter.DetectionType));
        command.Parameters.AddWithValue("$uid", OrNull(letter.Uid));
        command.Parameters.AddWithValue("$header", OrNull(letter.Header));
        command.Parameters.AddWithValue("$bytes", letter.Bytes);
        return command.ExecuteNonQuery();
    }

    public static StoredDeadLetter Read(SqliteDataReader row) => new(
        row.GetInt64(0),
        DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(1)),
        new DeadLetter
        {
            Component = row.GetString(2),
            AtIntake = row.GetBoolean(3),
            Reason = row.GetString(4),
            Code = Text(row, 5),
            Position = Text(row, 6),
            Sequence = row.IsDBNull(7) ? null : row.GetInt64(7),
            DetectionType = Text(row, 8),
            Uid = Text(row, 9),
            Header = row.IsDBNull(10) ? null : row.GetFieldValue<byte[]>(10),
            Bytes = row.GetFieldValue<byte[]>(13),
        })
    {
        Replays = row.GetInt32(11),
        ReplayTo = Text(row, 12),
    };

    private static string? Text(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static object OrNull(object? value) => value ?? DBNull.Value;
}
