using System.Buffers.Binary;
using Microsoft.Data.Sqlite;
using StepExport.Core.Sqlite;

namespace StepExport.Sources.S3;

/// <summary>The objects that are finished, in SQLite: 16 bytes each. May be lost: then they are read again, and dedupe drops what was exported.</summary>
/// <remarks>A round is one listing of everything. What a round has not seen is not in the bucket any more, and is forgotten.</remarks>
internal sealed class FinishedObjects : IDisposable
{
    private const long Version = 1;
    private const string Create = "CREATE TABLE finished (id BLOB PRIMARY KEY, round INTEGER NOT NULL) STRICT, WITHOUT ROWID";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private readonly SqliteConnection _connection;
    private long _round;

    private FinishedObjects(SqliteConnection connection)
    {
        _connection = connection;
        using var command = Command("SELECT coalesce(max(round), 0) FROM finished");
        _round = (long)command.ExecuteScalar()!;
    }

    public long Count
    {
        get
        {
            using var command = Command("SELECT count(*) FROM finished");
            return (long)command.ExecuteScalar()!;
        }
    }

    /// <summary>Opens or creates <c>objects.db</c> in the folder; one that is damaged is begun anew.</summary>
    /// <exception cref="IOException">It can be neither opened nor created.</exception>
    public static FinishedObjects Open(string folder)
    {
        var path = Path.Combine(folder, "objects.db");
        try
        {
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
            else Directory.CreateDirectory(folder, OwnerOnly);
            return OpenOrBegin(path);
        }
        catch (Exception e) when (e is SqliteException or UnauthorizedAccessException)
        {
            throw new IOException($"{path}: {e.Message}", e);
        }
    }

    /// <summary>From now on everything is listed, from the first key to the last.</summary>
    public void BeginRound() => _round++;

    /// <summary>Those of the objects that are finished.</summary>
    /// <param name="ids">Any.</param>
    /// <param name="inRound">They are part of the round, so that they are not forgotten at its end.</param>
    /// <exception cref="IOException">The file cannot be read or written.</exception>
    public HashSet<UInt128> Known(IReadOnlyCollection<UInt128> ids, bool inRound) => Guard(() =>
    {
        var known = new HashSet<UInt128>();
        using var transaction = _connection.BeginTransaction(deferred: !inRound);
        using var command = Command(inRound ? "UPDATE finished SET round = $round WHERE id = $id" : "SELECT count(*) FROM finished WHERE id = $id", transaction);
        var id = command.Parameters.Add("$id", SqliteType.Blob);
        if (inRound) command.Parameters.AddWithValue("$round", _round);
        foreach (var candidate in ids)
        {
            id.Value = Bytes(candidate);
            if (inRound ? command.ExecuteNonQuery() > 0 : (long)command.ExecuteScalar()! > 0) known.Add(candidate);
        }

        transaction.Commit();
        return known;
    });

    /// <summary>Durable on return.</summary>
    /// <exception cref="IOException">They are not known to be.</exception>
    public void Add(IReadOnlyCollection<UInt128> ids) => Guard(() =>
    {
        using var transaction = _connection.BeginTransaction(deferred: false);
        using var command = Command("INSERT INTO finished (id, round) VALUES ($id, $round) ON CONFLICT (id) DO UPDATE SET round = excluded.round", transaction);
        var id = command.Parameters.Add("$id", SqliteType.Blob);
        command.Parameters.AddWithValue("$round", _round);
        foreach (var finished in ids)
        {
            id.Value = Bytes(finished);
            command.ExecuteNonQuery();
        }

        transaction.Commit();
        return ids.Count;
    });

    /// <summary>The round has come to its end: what it has not seen is gone.</summary>
    /// <returns>How many were forgotten.</returns>
    public int EndRound() => Guard(() =>
    {
        using var command = Command("DELETE FROM finished WHERE round < $round");
        command.Parameters.AddWithValue("$round", _round);
        return command.ExecuteNonQuery();
    });

    public void Dispose() => _connection.Dispose();

    private static FinishedObjects OpenOrBegin(string path)
    {
        try
        {
            return new(SqliteFile.Open(path, Version, Create));
        }
        catch (SqliteException)
        {
            foreach (var file in (string[])[path, $"{path}-wal", $"{path}-shm"]) System.IO.File.Delete(file);
            return new(SqliteFile.Open(path, Version, Create));
        }
    }

    private static byte[] Bytes(UInt128 id)
    {
        var bytes = new byte[ObjectId.Length];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, id);
        return bytes;
    }

    private SqliteCommand Command(string text, SqliteTransaction? transaction = null) => new(text, _connection, transaction);

    private T Guard<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (SqliteException e)
        {
            throw new IOException($"{_connection.DataSource}: {e.Message}", e);
        }
    }
}
