using Microsoft.Data.Sqlite;
using StepExport.Core.Journal;
using StepExport.Core.Sqlite;

namespace StepExport.Core.Checks;

/// <summary>The checks in SQLite. What is derived (findings, conclusions) comes again from the journal; approvals are primary data, durable
/// before anybody is told. Thread-safe.</summary>
/// <remarks>
/// One lock and one connection: changes are few and short. The history is what the pipeline is told, too: a line of it waits until
/// <see cref="Published"/>.
/// </remarks>
internal sealed partial class CheckStore : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Pulse _changed = new();
    private readonly SqliteConnection _connection;
    private readonly CheckStoreSettings _settings;
    private readonly TimeProvider _time;
    private SqliteTransaction? _transaction;

    private CheckStore(CheckStoreSettings settings, SqliteConnection connection, TimeProvider time) =>
        (_settings, _connection, _time) = (settings, connection, time);

    /// <summary>Completes at the next change. Take it before looking.</summary>
    public Task NextChange => _changed.Next;

    /// <summary>Whether there was no file: what the journal still holds has to be read again from its beginning.</summary>
    public required bool IsNew { get; init; }

    /// <summary>Opens or creates the file (mode 0600), and judges the pending checks by the rules as they are now.</summary>
    /// <exception cref="IOException">The file cannot be opened, is no store of checks, or was written by a newer version.</exception>
    public static CheckStore Open(CheckStoreSettings settings, TimeProvider time) => Guard(settings.Path, () =>
    {
        var isNew = !File.Exists(settings.Path);
        var connection = SqliteFile.Open(settings.Path, CheckSchema.Version, CheckSchema.Create);
        try
        {
            var store = new CheckStore(settings, connection, time) { IsNew = isNew };
            store.Execute("PRAGMA foreign_keys = ON");
            if (settings.Settle is null) store.Execute("UPDATE checks SET report_at_ms = NULL WHERE report_at_ms IS NOT NULL");
            store.JudgeAgain();
            return store;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    });

    public void Dispose() => _connection.Dispose();

    private static T Guard<T>(string path, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (e is SqliteException or UnauthorizedAccessException or IOException)
        {
            throw new IOException($"checks {path}: {e.Message}", e);
        }
    }

    private static object OrNull(object? value) => value ?? DBNull.Value;

    private long NowMs() => _time.GetUtcNow().ToUnixTimeMilliseconds();

    private T Read<T>(Func<T> work)
    {
        lock (_lock) return Guard(_settings.Path, work);
    }

    /// <summary>All or nothing, durable on return.</summary>
    private T Change<T>(Func<T> work)
    {
        var result = Read(() =>
        {
            using var transaction = _connection.BeginTransaction(deferred: false);
            _transaction = transaction;
            try
            {
                var done = work();
                transaction.Commit();
                return done;
            }
            finally
            {
                _transaction = null;
            }
        });
        _changed.Beat();
        return result;
    }

    private int Execute(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var command = Command(sql, parameters);
        return command.ExecuteNonQuery();
    }

    private List<T> Query<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var command = Command(sql, parameters);
        using var rows = command.ExecuteReader();
        var result = new List<T>();
        while (rows.Read()) result.Add(read(rows));
        return result;
    }

    private long Number(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var command = Command(sql, parameters);
        return Convert.ToInt64(command.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture);
    }

    private SqliteCommand Command(string sql, ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var command = _connection.CreateCommand();
        command.Transaction = _transaction;
        command.CommandText = sql;
        foreach (var (name, value) in parameters) command.Parameters.AddWithValue(name, OrNull(value));
        return command;
    }
}
