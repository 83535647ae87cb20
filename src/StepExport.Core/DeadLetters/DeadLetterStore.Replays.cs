using Microsoft.Data.Sqlite;

namespace StepExport.Core.DeadLetters;

/// <summary>A replay is a mark on the letter. The letter stays where it is until it is durable in its new place, so no crash loses it;
/// a crash between that and <see cref="Remove"/> brings it there again, with the same uid.</summary>
internal sealed partial class DeadLetterStore
{
    /// <summary>The place of letters that go through the mapper again; no sink can be called that.</summary>
    public const string Mapper = "@mapper";

    /// <summary>Ids in one statement.</summary>
    private const int Chunk = 1000;

    private long _replayed;
    private long _refusedAgain;

    /// <summary>Letters that a replay has brought to their new place, since start.</summary>
    public long Replayed => Volatile.Read(ref _replayed);

    /// <summary>Letters that were refused again, since start.</summary>
    public long RefusedAgain => Volatile.Read(ref _refusedAgain);

    /// <summary>Marks letters for a replay; whoever runs the target does it.</summary>
    /// <param name="ids">The letters; those that are gone are passed over.</param>
    /// <param name="target">A sink's name, or <see cref="Mapper"/>.</param>
    /// <returns>How many were marked.</returns>
    public int RequestReplay(IReadOnlyCollection<long> ids, string target)
    {
        var marked = 0;
        Change(transaction => marked = ids.Chunk(Chunk).Sum(some => Execute(transaction, $"UPDATE dead_letters SET replay_to = $target WHERE {In(some)}", ("$target", target))));
        return marked;
    }

    /// <summary>Whose the letters are, and how often each was replayed; without their bytes.</summary>
    public IReadOnlyList<(long Id, string Component, bool AtIntake, int Replays)> Select(DeadLetterQuery query) => Read(() =>
    {
        using var command = _connection.CreateCommand();
        command.CommandText = $"SELECT id, component, at_intake, replays FROM dead_letters WHERE {query.Where(command)} ORDER BY id";
        using var rows = command.ExecuteReader();
        var letters = new List<(long, string, bool, int)>();
        while (rows.Read()) letters.Add((rows.GetInt64(0), rows.GetString(1), rows.GetBoolean(2), rows.GetInt32(3)));
        return letters;
    });

    /// <summary>Letters that are to be brought to a place, oldest first; a page as of <see cref="List"/>.</summary>
    public IReadOnlyList<StoredDeadLetter> Requested(string target, int limit) => Read(() =>
    {
        using var command = _connection.CreateCommand();
        command.CommandText = $"SELECT {DeadLetterRow.Columns} FROM dead_letters WHERE replay_to = $target ORDER BY id LIMIT $limit";
        command.Parameters.AddWithValue("$target", target);
        command.Parameters.AddWithValue("$limit", limit);
        return ReadLetters(command);
    });

    /// <summary>How many of these letters wait for their replay.</summary>
    public long CountRequested(IReadOnlyCollection<long> ids) => Read(() => ids.Chunk(Chunk).Sum(some =>
    {
        using var command = _connection.CreateCommand();
        command.CommandText = $"SELECT COUNT(*) FROM dead_letters WHERE replay_to IS NOT NULL AND {In(some)}";
        return (long)command.ExecuteScalar()!;
    }));

    /// <summary>The letters are durable elsewhere: takes them out.</summary>
    /// <param name="ids">The letters.</param>
    /// <param name="replayed">False when a person has taken them out.</param>
    /// <returns>How many there were.</returns>
    public int Remove(IReadOnlyCollection<long> ids, bool replayed = true)
    {
        var removed = 0;
        Change(transaction => removed = ids.Chunk(Chunk).Sum(some => Execute(transaction, $"DELETE FROM dead_letters WHERE {In(some)}")));
        if (replayed) Interlocked.Add(ref _replayed, removed);
        return removed;
    }

    /// <summary>The replay came to nothing: the letters stay, with the new reason.</summary>
    public void Refuse(IReadOnlyCollection<(long Id, string Reason, string? Code)> letters)
    {
        Change(transaction =>
        {
            foreach (var (id, reason, code) in letters)
            {
                Execute(
                    transaction,
                    "UPDATE dead_letters SET replay_to = NULL, replays = replays + 1, reason = $reason, code = $code WHERE id = $id",
                    ("$id", id),
                    ("$reason", reason),
                    ("$code", (object?)code ?? DBNull.Value));
            }
        });
        Interlocked.Add(ref _refusedAgain, letters.Count);
    }

    private static string In(long[] ids) => $"id IN ({string.Join(',', ids)})";

    private static int Execute(SqliteTransaction transaction, string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        using var command = transaction.Connection!.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = sql;
        foreach (var (name, value) in parameters) command.Parameters.AddWithValue(name, value);
        return command.ExecuteNonQuery();
    }
}
