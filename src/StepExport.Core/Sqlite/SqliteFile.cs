using Microsoft.Data.Sqlite;

namespace StepExport.Core.Sqlite;

/// <summary>A SQLite file of the data directory: readable by its owner alone (mode 0600), with a write-ahead log that is fsynced at
/// every commit, and a schema version (<c>PRAGMA user_version</c>).</summary>
internal static class SqliteFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    static SqliteFile() => SQLitePCL.Batteries_V2.Init();

    /// <summary>Opens the file; when it is missing, creates it and its folder.</summary>
    /// <param name="path">The file.</param>
    /// <param name="version">The schema's version as of now.</param>
    /// <param name="schema">SQL that brings any older version to this one, an empty file included.</param>
    /// <exception cref="SqliteException">It is locked, damaged or no database.</exception>
    /// <exception cref="IOException">It cannot be created, or was written by a newer version of the program.</exception>
    /// <exception cref="UnauthorizedAccessException">It belongs to somebody else.</exception>
    public static SqliteConnection Open(string path, long version, string schema)
    {
        CreateForOwner(path);
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadWrite,
            Pooling = false,
            DefaultTimeout = 5,
        }.ToString());
        try
        {
            connection.Open();

            // page_size has an effect only before the first page is written, journal_mode makes that page.
            Execute(connection, "PRAGMA page_size=16384; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL");
            Migrate(connection, version, schema);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static void CreateForOwner(string path)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder) Directory.CreateDirectory(folder);
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        using (new FileStream(path, options))
        {
        }

        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, OwnerOnly);
    }

    private static void Migrate(SqliteConnection connection, long version, string schema)
    {
        using var query = connection.CreateCommand();
        query.CommandText = "PRAGMA user_version";
        var found = (long)query.ExecuteScalar()!;
        if (found > version) throw new IOException($"schema version {found} was made by a newer StepExport; this one knows {version}");
        if (found < version) Execute(connection, $"BEGIN IMMEDIATE; {schema}; PRAGMA user_version={version}; COMMIT");
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
