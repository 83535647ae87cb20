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

    /// <summary>Prepared once; there are few texts.</summary>
    private readonly Dictionary<string, SqliteCommand> _commands = new(StringComparer.Ordinal);
    private readonly CheckStoreSettings _settings;
    private readonly TimeProvider _time;
    private SqliteTransaction? _transaction;

    private CheckStore(CheckStoreSettings settings, SqliteConnection connection, TimeProvider time) =>
        (_settings, _connection, _time) = (settings, connection, time);

    /// <summary>Completes at the next change. Take it before looking.</summary>
    public Task NextChange => _changed.Next;

    /// <summary>Whether there was no file: what the journal still holds has to be read again from its beginning. It stays so, over restarts,
    /// until <see cref="Begun"/>.</summary>
    public bool IsNew { get; private set; }

    /// <summary>Opens or creates the file (mode 0600), and judges the pending checks by the rules as they are now.</summary>
    /// <exception cref="IOException">The file cannot be opened, is no store of checks, or was written by a newer version.</exception>
    public static CheckStore Open(CheckStoreSettings settings, TimeProvider time)
    {
        var store = new CheckStore(settings, Guard(settings.Path, () => SqliteFile.Open(settings.Path, CheckSchema.Version, CheckSchema.Create)), time);
        try
        {
            store.Read(() => store.Execute("PRAGMA foreign_keys = ON"));
            store.IsNew = store.Read(() => store.Number("SELECT COUNT(*) FROM journal")) > 0;
            if (settings.Settle is null) store.Change(() => store.Execute("UPDATE checks SET report_at_ms = NULL WHERE report_at_ms IS NOT NULL"));
            store.JudgeAgain();
            return store;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <summary>The journal is read from its beginning, durably: <see cref="IsNew"/> is over.</summary>
    /// <exception cref="IOException">The store failed.</exception>
    public void Begun()
    {
        Change(() => Execute("DELETE FROM journal"));
        IsNew = false;
    }

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var command in _commands.Values) command.Dispose();
            _commands.Clear();
            _connection.Dispose();
        }
    }

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

    private int Execute(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters) => Command(sql, parameters).ExecuteNonQuery();

    private List<T> Query<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var rows = Command(sql, parameters).ExecuteReader();
        var result = new List<T>();
        while (rows.Read()) result.Add(read(rows));
        return result;
    }

    private long Number(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters) =>
        Convert.ToInt64(Command(sql, parameters).ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture);

    private SqliteCommand Command(string sql, ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        if (!_commands.TryGetValue(sql, out var command))
        {
            command = _connection.CreateCommand();
            command.CommandText = sql;
            foreach (var (name, _) in parameters) command.Parameters.Add(new() { ParameterName = name });
            _commands[sql] = command;
        }

        command.Transaction = _transaction;
        for (var i = 0; i < parameters.Length; i++) command.Parameters[i].Value = parameters[i].Value ?? DBNull.Value;
        return command;
    }
}
