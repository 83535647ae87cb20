namespace StepExport.Core.DeadLetters;

/// <summary>The tables of <see cref="DeadLetterStore"/>.</summary>
/// <remarks>The totals are kept by triggers: they are right whoever changes the letters, and nobody has to count them.</remarks>
internal static class DeadLetterSchema
{
    public const long Version = 2;

    /// <summary>Brings an empty file or version 1 to this one.</summary>
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
        ) STRICT;
        ALTER TABLE dead_letters ADD COLUMN header BLOB;
        ALTER TABLE dead_letters ADD COLUMN replay_to TEXT;
        ALTER TABLE dead_letters ADD COLUMN replays INTEGER NOT NULL DEFAULT 0;
        CREATE INDEX dead_letters_to_replay ON dead_letters (replay_to, id) WHERE replay_to IS NOT NULL;
        CREATE TABLE totals (
          component TEXT NOT NULL,
          at_intake INTEGER NOT NULL,
          letters INTEGER NOT NULL,
          bytes INTEGER NOT NULL,
          PRIMARY KEY (component, at_intake)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO totals
          SELECT component, at_intake, COUNT(*), SUM(256 + length(bytes) + length(reason)) FROM dead_letters GROUP BY component, at_intake;
        CREATE TRIGGER letter_added AFTER INSERT ON dead_letters BEGIN
          INSERT INTO totals VALUES (NEW.component, NEW.at_intake, 1, 256 + length(NEW.bytes) + length(NEW.reason))
            ON CONFLICT DO UPDATE SET letters = letters + 1, bytes = bytes + excluded.bytes;
        END;
        CREATE TRIGGER letter_removed AFTER DELETE ON dead_letters BEGIN
          UPDATE totals SET letters = letters - 1, bytes = bytes - 256 - length(OLD.bytes) - length(OLD.reason)
            WHERE component = OLD.component AND at_intake = OLD.at_intake;
        END;
        CREATE TRIGGER letter_refused AFTER UPDATE OF reason ON dead_letters BEGIN
          UPDATE totals SET bytes = bytes - length(OLD.reason) + length(NEW.reason)
            WHERE component = NEW.component AND at_intake = NEW.at_intake;
        END;
        """;
}
