using Microsoft.Data.Sqlite;

namespace StepExport.Core.DeadLetters;

/// <summary>The tables of <see cref="DeadLetterStore"/> and their version (<c>PRAGMA user_version</c>).</summary>
internal static class DeadLetterSchema
{
    private const long Version = 1;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    static DeadLetterSchema() => SQLitePCL.Batteries_V2.Init();

    /// <summary>A connection that is not open yet.</summary>
    public static SqliteConnection Connect(string path) => new(new SqliteConnectionStringBuilder
    {
        DataSource = path,
        Mode = SqliteOpenMode.ReadWrite,
        Pooling = false,
        DefaultTimeout = 5,
    }.ToString());

    /// <summary>Creates the file when it is missing, opens it and brings it to the current version.</summary>
    public static void Prepare(SqliteConnection connection)
    {
        CreateForOwner(connection.DataSource);
        connection.Open();

        // page_size has an effect only before the first page is written, journal_mode makes that page.
        Execute(connection, "PRAGMA page_size=16384; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL");
        Migrate(connection);
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

    private static void Migrate(SqliteConnection connection)
    {
        using var query = connection.CreateCommand();
        query.CommandText = "PRAGMA user_version";
        var found = (long)query.ExecuteScalar()!;
        if (found > Version) throw new IOException($"schema version {found} was made by a newer StepExport; this one knows {Version}");
        if (found == Version) return;
        Execute(connection, $"""
            BEGIN IMMEDIATE;
            CREATE TABLE IF NOT EXISTS dead_letters (
              id INTEGER PRIMARY KEY AUTOINCREMENT,
              added_ms INTEGER NOT NULL,
              component TEXT NOT NULL,
              place TEXT NOT NULL,
              hash BLOB NOT NULL,
              at_intake INTEGER NOT NULL,
              reason TEXT NOT NULL,
              code TEXT,
              position TEXT,
              sequence INTEGER,
              detection_type TEXT,
              uid TEXT,
              bytes BLOB NOT NULL,
              UNIQUE (component, place, hash)
            ) STRICT;
            PRAGMA user_version={Version};
            COMMIT;
            """);
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
