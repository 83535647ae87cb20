namespace StepExport.Core.Checks;

/// <summary>The tables of <see cref="CheckStore"/>. Times are milliseconds since 1970-01-01 UTC.</summary>
/// <remarks>Of a check, <c>failing</c> counts the findings that fail and <c>open</c> those of them that nobody has approved. GitHub's names have no case
/// of their own.</remarks>
internal static class CheckSchema
{
    public const long Version = 1;

    public const string Create = """
        CREATE TABLE checks (
          id INTEGER PRIMARY KEY AUTOINCREMENT,
          repository TEXT NOT NULL COLLATE NOCASE,
          run_id TEXT NOT NULL,
          workflow TEXT NOT NULL,
          head_sha TEXT,
          head_branch TEXT,
          workflow_name TEXT,
          pull_request INTEGER,
          authors TEXT,
          run_url TEXT,
          conclusion INTEGER NOT NULL DEFAULT 0,
          status INTEGER NOT NULL DEFAULT 1,
          revision INTEGER NOT NULL DEFAULT 0,
          findings INTEGER NOT NULL DEFAULT 0,
          failing INTEGER NOT NULL DEFAULT 0,
          open INTEGER NOT NULL DEFAULT 0,
          approval INTEGER,
          first_seen_ms INTEGER NOT NULL,
          changed_ms INTEGER NOT NULL,
          check_run_id INTEGER,
          changes INTEGER NOT NULL DEFAULT 0,
          report_at_ms INTEGER,
          report_attempts INTEGER NOT NULL DEFAULT 0,
          report_trouble TEXT,
          UNIQUE (repository, run_id)
        ) STRICT;
        CREATE INDEX checks_newest ON checks (changed_ms DESC, id DESC);
        CREATE INDEX checks_to_report ON checks (report_at_ms) WHERE report_at_ms IS NOT NULL;
        CREATE TABLE findings (
          check_id INTEGER NOT NULL REFERENCES checks (id) ON DELETE CASCADE,
          uid TEXT NOT NULL,
          type TEXT NOT NULL,
          severity INTEGER NOT NULL,
          status INTEGER NOT NULL,
          title TEXT NOT NULL,
          job TEXT,
          host TEXT,
          port INTEGER,
          more_endpoints TEXT,
          process TEXT,
          url TEXT,
          at_ms INTEGER NOT NULL,
          fails INTEGER NOT NULL,
          approved_in INTEGER,
          approved_severity INTEGER,
          sequence INTEGER NOT NULL,
          appended_ms INTEGER NOT NULL,
          record BLOB,
          PRIMARY KEY (check_id, uid)
        ) STRICT;
        CREATE TABLE history (
          id INTEGER PRIMARY KEY AUTOINCREMENT,
          check_id INTEGER NOT NULL REFERENCES checks (id) ON DELETE CASCADE,
          at_ms INTEGER NOT NULL,
          kind INTEGER NOT NULL,
          login TEXT,
          via TEXT,
          text TEXT,
          revision INTEGER NOT NULL,
          published INTEGER NOT NULL DEFAULT 0
        ) STRICT;
        CREATE INDEX history_of_check ON history (check_id, id);
        CREATE INDEX history_to_publish ON history (id) WHERE published = 0;
        CREATE TABLE deliveries (
          id TEXT PRIMARY KEY,
          at_ms INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE presses (
          id INTEGER PRIMARY KEY AUTOINCREMENT,
          check_id INTEGER NOT NULL REFERENCES checks (id) ON DELETE CASCADE,
          revision INTEGER NOT NULL,
          login TEXT NOT NULL COLLATE NOCASE,
          delivery TEXT NOT NULL,
          due_ms INTEGER NOT NULL,
          attempts INTEGER NOT NULL DEFAULT 0,
          trouble TEXT,
          UNIQUE (check_id, revision, login)
        ) STRICT;
        CREATE TABLE journal (to_be_read_again INTEGER NOT NULL) STRICT;
        INSERT INTO journal VALUES (1);
        """;
}
