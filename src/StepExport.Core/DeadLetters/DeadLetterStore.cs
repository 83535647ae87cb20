using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using StepExport.Core.Sqlite;

namespace StepExport.Core.DeadLetters;

/// <summary>The dead letters in SQLite: primary data, committed before a cursor or a checkpoint moves past it. Thread-safe.</summary>
/// <remarks>The file can be read and changed by other processes while the program runs (write-ahead log, synchronous=FULL: an fsync
/// per commit): that is how the verbs ask for a replay.</remarks>
internal sealed partial class DeadLetterStore : IDisposable
{
    /// <summary>How often whoever waits for room looks again.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>A page of letters ends with the one that reaches this.</summary>
    private const long PageBytes = 4_000_000;

    private const string Remedy = "replay them, take them out with 'stepexport deadletter export --output FILE --remove', or raise deadLetters in the configuration";

    private readonly Lock _lock = new();
    private readonly string _path;
    private readonly SqliteConnection _connection;
    private readonly TimeProvider _time;
    private readonly DeadLetterLimits _limits;
    private readonly ILogger _logger;
    private volatile IReadOnlyList<ComponentDeadLetters> _components = [];
    private volatile string? _trouble;
    private volatile string? _alarm;

    private DeadLetterStore(string path, SqliteConnection connection, TimeProvider time, DeadLetterLimits limits, ILogger logger)
    {
        (_path, _connection, _time, _limits, _logger) = (path, connection, time, limits, logger);
        Recount();
    }

    public long Count => Totals.Count;

    /// <summary>Letters and bytes, as of the last look: after every change of this process, and every <see cref="Refresh"/>.</summary>
    public DeadLetterTotals Totals => _components.Aggregate(default(DeadLetterTotals), (sum, component) => sum + component.Totals);

    /// <summary>The same by source and sink; those without letters are left out.</summary>
    public IReadOnlyList<ComponentDeadLetters> Components => _components;

    public DeadLetterLimits Limits => _limits;

    /// <summary>Why letters cannot be added at the moment: the bound is reached, and somebody waits. Null when they can.</summary>
    public string? Trouble => _trouble;

    /// <summary>What to do before the bound is reached; null while it is far.</summary>
    public string? Alarm => _alarm;

    /// <summary>Opens or creates the database file (mode 0600).</summary>
    /// <param name="path">The file.</param>
    /// <param name="time">The clock.</param>
    /// <param name="limits">How much it holds; null = without bound.</param>
    /// <param name="logger">Told when the bound is near.</param>
    /// <exception cref="IOException">The file cannot be opened, is no dead-letter store, or was written by a newer version.</exception>
    public static DeadLetterStore Open(string path, TimeProvider time, DeadLetterLimits? limits = null, ILogger? logger = null) => Guard(path, () =>
    {
        var connection = SqliteFile.Open(path, DeadLetterSchema.Version, DeadLetterSchema.Create);
        try
        {
            return new DeadLetterStore(path, connection, time, limits ?? DeadLetterLimits.None, logger ?? NullLogger.Instance);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    });

    /// <summary>Durable on return. The same letter (component, sequence or position, bytes) added twice is kept once: a crash
    /// between this and the cursor makes it come again.</summary>
    /// <exception cref="DeadLettersFullException">There is no room; nothing is added. A first letter always has room.</exception>
    /// <exception cref="IOException">Nothing of the letters is durable: disk full, locked by another program, damaged.</exception>
    public void Add(IReadOnlyCollection<DeadLetter> letters)
    {
        if (letters.Count == 0) return;
        var nowMs = _time.GetUtcNow().ToUnixTimeMilliseconds();
        Change(transaction =>
        {
            var before = Sum(ReadTotals(transaction));
            if (letters.Sum(letter => DeadLetterRow.Insert(letter, nowMs, transaction)) == 0) return;
            var after = Sum(ReadTotals(transaction));
            if (before.Count > 0 && _limits.IsOver(after)) throw Full(before);
        });
        _trouble = null;
    }

    /// <summary>As <see cref="Add"/>, but waits for room.</summary>
    /// <exception cref="IOException">As of <see cref="Add"/>, except for the bound.</exception>
    public async ValueTask AddAsync(IReadOnlyCollection<DeadLetter> letters, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                Add(letters);
                return;
            }
            catch (DeadLettersFullException)
            {
                await Task.Delay(Patience, _time, cancellationToken);
            }
        }
    }

    /// <summary>Looks at what other processes have changed.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public void Refresh() => Read(() =>
    {
        Recount();
        return true;
    });

    /// <summary>Letters behind <paramref name="afterId"/>, in the order they were added; fewer than there are when they are large, but at
    /// least one.</summary>
    public IReadOnlyList<StoredDeadLetter> List(int limit = 100, long afterId = 0, DeadLetterQuery? query = null) => Read(() =>
    {
        using var command = _connection.CreateCommand();
        command.CommandText = $"""
            SELECT {DeadLetterRow.Columns} FROM dead_letters
            WHERE id > $after AND {(query ?? new()).Where(command)} ORDER BY id LIMIT $limit
            """;
        command.Parameters.AddWithValue("$after", afterId);
        command.Parameters.AddWithValue("$limit", limit);
        return ReadLetters(command);
    });

    /// <summary>Every letter that meets the conditions, oldest first, read page by page; the store is not held meanwhile.</summary>
    public IEnumerable<StoredDeadLetter> All(DeadLetterQuery query)
    {
        IReadOnlyList<StoredDeadLetter> page;
        for (var after = 0L; (page = List(limit: 1000, after, query)).Count > 0; after = page[^1].Id)
        {
            foreach (var letter in page) yield return letter;
        }
    }

    /// <summary>How many letters meet the conditions.</summary>
    public long CountOf(DeadLetterQuery query) => Read(() =>
    {
        using var command = _connection.CreateCommand();
        command.CommandText = $"SELECT COUNT(*) FROM dead_letters WHERE {query.Where(command)}";
        return (long)command.ExecuteScalar()!;
    });

    public void Dispose() => _connection.Dispose();

    private static DeadLetterTotals Sum(IEnumerable<ComponentDeadLetters> components) =>
        components.Aggregate(default(DeadLetterTotals), (sum, component) => sum + component.Totals);

    private static List<StoredDeadLetter> ReadLetters(SqliteCommand command)
    {
        using var rows = command.ExecuteReader();
        var letters = new List<StoredDeadLetter>();
        for (var bytes = 0L; bytes < PageBytes && rows.Read(); bytes += letters[^1].Letter.Bytes.Length) letters.Add(DeadLetterRow.Read(rows));
        return letters;
    }

    private static T Guard<T>(string path, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (e is SqliteException or UnauthorizedAccessException || (e is IOException and not DeadLettersFullException))
        {
            throw new IOException($"dead letters {path}: {e.Message}", e);
        }
    }

    private T Read<T>(Func<T> work)
    {
        lock (_lock) return Guard(_path, work);
    }

    /// <summary>All or nothing, durable on return.</summary>
    private void Change(Action<SqliteTransaction> work) => Read(() =>
    {
        using var transaction = _connection.BeginTransaction(deferred: false);
        work(transaction);
        transaction.Commit();
        Recount();
        return true;
    });

    private List<ComponentDeadLetters> ReadTotals(SqliteTransaction? transaction)
    {
        using var command = _connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = "SELECT component, at_intake, letters, bytes FROM totals WHERE letters > 0 ORDER BY component, at_intake";
        using var rows = command.ExecuteReader();
        var components = new List<ComponentDeadLetters>();
        while (rows.Read()) components.Add(new(rows.GetString(0), rows.GetBoolean(1), new(rows.GetInt64(2), rows.GetInt64(3))));
        return components;
    }

    private void Recount()
    {
        var before = Totals;
        _components = ReadTotals(null);
        var totals = Totals;
        if (totals.Count < before.Count) _trouble = null;
        var near = _limits.IsNear(totals);
        if (near && _alarm is null) Log.NearlyFull(_logger, _limits.Describe(totals));
        if (!near && _alarm is not null) Log.RoomAgain(_logger, _limits.Describe(totals));
        _alarm = near ? $"dead letters are nearly full ({_limits.Describe(totals)}): {Remedy}" : null;
    }

    private DeadLettersFullException Full(DeadLetterTotals totals)
    {
        var message = $"dead letters are full ({_limits.Describe(totals)}): {Remedy}";
        if (_trouble is null) Log.Full(_logger, _limits.Describe(totals));
        _trouble = message;
        return new(message);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Dead letters are nearly full ({Kept}); at the bound whoever has another one waits. " + Remedy)]
        public static partial void NearlyFull(ILogger logger, string kept);

        [LoggerMessage(LogLevel.Error, "Dead letters are full ({Kept}): who has another one waits. " + Remedy)]
        public static partial void Full(ILogger logger, string kept);

        [LoggerMessage(LogLevel.Information, "Dead letters have room again ({Kept})")]
        public static partial void RoomAgain(ILogger logger, string kept);
    }
}
