using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using StepExport.Core.Sqlite;

namespace StepExport.Core.Dedupe;

/// <summary>The keys in SQLite: derived data, which can be deleted while the program is stopped; what the journal still holds is read again.</summary>
/// <remarks>Appended to in blocks, not a row per key: a flush costs one insert. Committed with an fsync, for segments are deleted on
/// the strength of it.</remarks>
internal sealed partial class SeenStore : ISeenStore
{
    private const long Version = 1;

    private const string Create = """
        CREATE TABLE IF NOT EXISTS seen (
          id INTEGER PRIMARY KEY,
          last_sequence INTEGER NOT NULL,
          at_ms INTEGER NOT NULL,
          keys BLOB NOT NULL
        ) STRICT
        """;

    /// <summary>SQLITE_ERROR (no such table or column), SQLITE_CORRUPT, SQLITE_MISMATCH, SQLITE_NOTADB.</summary>
    private static readonly int[] Unusable = [1, 11, 20, 26];

    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private SqliteConnection _connection;

    private SeenStore(string path, TimeProvider time, ILogger logger)
    {
        (_path, _time, _logger) = (path, time, logger);
        try
        {
            _connection = SqliteFile.Open(path, Version, Create);
        }
        catch (SqliteException e) when (Unusable.Contains(e.SqliteErrorCode))
        {
            _connection = OpenAnew(e.Message);
        }
    }

    /// <summary>Opens or creates the file (mode 0600). What is damaged or no such store is put aside under another name.</summary>
    /// <exception cref="IOException">The file cannot be opened, or was written by a newer version.</exception>
    public static SeenStore Open(string path, TimeProvider time, ILogger logger)
    {
        try
        {
            return new(path, time, logger);
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw new IOException($"dedupe {path}: {e.Message}", e);
        }
    }

    public bool TryLoad(long durableSequence, Action<SeenBlock> visit)
    {
        try
        {
            Load(durableSequence, visit);
            return true;
        }
        catch (SqliteException e) when (Unusable.Contains(e.SqliteErrorCode))
        {
            StartAnew(e.Message);
            return false;
        }
        catch (InvalidDataException e)
        {
            StartAnew(e.Message);
            return false;
        }
        catch (SqliteException e)
        {
            throw new IOException($"dedupe {_path}: {e.Message}", e);
        }
    }

    public void Write(SeenBlock block)
    {
        try
        {
            using var transaction = _connection.BeginTransaction(deferred: false);
            if (block.ForgetBeforeMs > 0) Execute(transaction, "DELETE FROM seen WHERE at_ms < $limit", ("$limit", block.ForgetBeforeMs));
            Execute(
                transaction,
                "INSERT INTO seen (last_sequence, at_ms, keys) VALUES ($sequence, $at, $keys)",
                ("$sequence", block.LastSequence),
                ("$at", block.AtMs),
                ("$keys", MemoryMarshal.AsBytes(block.Keys.Span).ToArray()));
            transaction.Commit();
        }
        catch (SqliteException e)
        {
            throw new IOException($"dedupe {_path}: {e.Message}", e);
        }
    }

    public void Dispose() => _connection.Dispose();

    private void Load(long durableSequence, Action<SeenBlock> visit)
    {
        using (var transaction = _connection.BeginTransaction(deferred: false))
        {
            var lost = Execute(transaction, "DELETE FROM seen WHERE last_sequence > $durable", ("$durable", durableSequence));
            transaction.Commit();
            if (lost > 0) Log.JournalIsBehind(_logger, durableSequence);
        }

        using var query = _connection.CreateCommand();
        query.CommandText = "SELECT last_sequence, at_ms, keys FROM seen ORDER BY id";
        using var rows = query.ExecuteReader();
        while (rows.Read())
        {
            var keys = rows.GetFieldValue<byte[]>(2);
            if (keys.Length % DedupeKey.Size != 0) throw new InvalidDataException($"a block of keys has {keys.Length} bytes");
            visit(new(rows.GetInt64(0), rows.GetInt64(1), MemoryMarshal.Cast<byte, DedupeKey>(keys).ToArray()));
        }
    }

    private void StartAnew(string why)
    {
        _connection.Dispose();
        try
        {
            _connection = OpenAnew(why);
        }
        catch (Exception e) when (e is SqliteException or UnauthorizedAccessException)
        {
            throw new IOException($"dedupe {_path}: {e.Message}", e);
        }
    }

    private SqliteConnection OpenAnew(string why)
    {
        var aside = string.Create(CultureInfo.InvariantCulture, $"{_path}.damaged-{_time.GetUtcNow():yyyyMMddHHmmss}");
        Log.Damaged(_logger, _path, why, aside);
        File.Move(_path, aside, overwrite: true);
        foreach (var suffix in (string[])["-wal", "-shm"])
        {
            if (File.Exists(_path + suffix)) File.Move(_path + suffix, aside + suffix, overwrite: true);
        }

        return SqliteFile.Open(_path, Version, Create);
    }

    private int Execute(SqliteTransaction transaction, string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        using var command = _connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = sql;
        foreach (var (name, value) in parameters) command.Parameters.AddWithValue(name, value);
        return command.ExecuteNonQuery();
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "{Path} cannot be used ({Why}): it is kept as {Aside}, and a new one is made from the journal; what the journal no longer holds may be exported twice")]
        public static partial void Damaged(ILogger logger, string path, string why, string aside);

        [LoggerMessage(LogLevel.Warning, "The journal ends at {Sequence}, and records behind it were known: they are forgotten, and taken again when they come")]
        public static partial void JournalIsBehind(ILogger logger, long sequence);
    }
}
