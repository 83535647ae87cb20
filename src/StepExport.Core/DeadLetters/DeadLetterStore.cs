using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using StepExport.Core.Sqlite;

namespace StepExport.Core.DeadLetters;

/// <summary>The dead letters in SQLite: primary data, committed before a cursor or a checkpoint moves past it. Thread-safe.</summary>
/// <remarks>The file can be read by SQLite's own tools while the program runs (write-ahead log, synchronous=FULL: an fsync per commit).</remarks>
internal sealed class DeadLetterStore : IDisposable
{
    private const string Columns = "component, at_intake, reason, code, position, sequence, detection_type, uid, bytes";
    private readonly Lock _lock = new();
    private readonly string _path;
    private readonly SqliteConnection _connection;
    private readonly TimeProvider _time;
    private long _count;

    private DeadLetterStore(string path, SqliteConnection connection, TimeProvider time)
    {
        (_path, _connection, _time) = (path, connection, time);
        _count = Scalar("SELECT COUNT(*) FROM dead_letters");
    }

    public long Count => Volatile.Read(ref _count);

    /// <summary>Opens or creates the database file (mode 0600).</summary>
    /// <exception cref="IOException">The file cannot be opened, is no dead-letter store, or was written by a newer version.</exception>
    public static DeadLetterStore Open(string path, TimeProvider time)
    {
        try
        {
            return new(path, SqliteFile.Open(path, DeadLetterSchema.Version, DeadLetterSchema.Create), time);
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw new IOException($"dead letters {path}: {e.Message}", e);
        }
    }

    /// <summary>Durable on return. The same letter (component, sequence or position, bytes) added twice is kept once: a crash
    /// between this and the cursor makes it come again.</summary>
    /// <exception cref="IOException">Nothing of the letters is durable: disk full, locked by another program, damaged.</exception>
    public void Add(IReadOnlyCollection<DeadLetter> letters)
    {
        if (letters.Count == 0) return;
        var nowMs = _time.GetUtcNow().ToUnixTimeMilliseconds();
        lock (_lock)
        {
            try
            {
                using var transaction = _connection.BeginTransaction(deferred: false);
                var added = letters.Sum(letter => Insert(letter, nowMs, transaction));
                transaction.Commit();
                Volatile.Write(ref _count, _count + added);
            }
            catch (SqliteException e)
            {
                throw new IOException($"dead letters {_path}: {e.Message}", e);
            }
        }
    }

    /// <summary>The letters behind <paramref name="afterId"/>, in the order they were added.</summary>
    public IReadOnlyList<StoredDeadLetter> List(int limit = 100, long afterId = 0)
    {
        lock (_lock)
        {
            using var command = _connection.CreateCommand();
            command.CommandText = $"SELECT id, added_ms, {Columns} FROM dead_letters WHERE id > $after ORDER BY id LIMIT $limit";
            command.Parameters.AddWithValue("$after", afterId);
            command.Parameters.AddWithValue("$limit", limit);
            using var rows = command.ExecuteReader();
            var letters = new List<StoredDeadLetter>();
            while (rows.Read()) letters.Add(ReadRow(rows));
            return letters;
        }
    }

    public void Dispose() => _connection.Dispose();

    private int Insert(DeadLetter letter, long nowMs, SqliteTransaction transaction)
    {
        using var command = _connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = $"""
            INSERT INTO dead_letters (added_ms, place, hash, {Columns})
            VALUES ($added, $place, $hash, $component, $intake, $reason, $code, $position, $sequence, $type, $uid, $bytes)
            ON CONFLICT (component, place, hash) DO NOTHING
            """;
        var place = letter.Sequence?.ToString(CultureInfo.InvariantCulture) ?? letter.Position ?? "";
        command.Parameters.AddWithValue("$added", nowMs);
        command.Parameters.AddWithValue("$place", place);
        command.Parameters.AddWithValue("$hash", SHA256.HashData(letter.Bytes));
        command.Parameters.AddWithValue("$component", letter.Component);
        command.Parameters.AddWithValue("$intake", letter.AtIntake);
        command.Parameters.AddWithValue("$reason", letter.Reason);
        command.Parameters.AddWithValue("$code", OrNull(letter.Code));
        command.Parameters.AddWithValue("$position", OrNull(letter.Position));
        command.Parameters.AddWithValue("$sequence", OrNull(letter.Sequence));
        command.Parameters.AddWithValue("$type", OrNull(letter.DetectionType));
        command.Parameters.AddWithValue("$uid", OrNull(letter.Uid));
        command.Parameters.AddWithValue("$bytes", letter.Bytes);
        return command.ExecuteNonQuery();
    }

    private static StoredDeadLetter ReadRow(SqliteDataReader row) => new(
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
            Bytes = row.GetFieldValue<byte[]>(10),
        });

    private static string? Text(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static object OrNull(object? value) => value ?? DBNull.Value;

    private long Scalar(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }
}
