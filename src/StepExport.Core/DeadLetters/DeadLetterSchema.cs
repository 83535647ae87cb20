namespace StepExport.Core.DeadLetters;

/// <summary>The tables of <see cref="DeadLetterStore"/>.</summary>
internal static class DeadLetterSchema
{
    public const long Version = 1;

    public const string Create = """
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
        ) STRICT
        """;
}
