namespace StepExport.Core.Checks;

/// <summary>Who has pressed Approve at GitHub and is not answered yet. GitHub delivers a press once: it is durable before GitHub is told that it came.</summary>
internal sealed partial class CheckStore
{
    /// <summary>Keeps a press until it is decided; the same person's press of the same revision only once.</summary>
    /// <param name="key">Which check.</param>
    /// <param name="revision">Of the check, as the button said it.</param>
    /// <param name="login">Who.</param>
    /// <param name="delivery">Hash of what was delivered.</param>
    public PressOutcome TakePress(CheckKey key, int revision, string login, string delivery) => Change(() =>
    {
        if (IdOf(key) is not { } check) return PressOutcome.Unknown;
        if (Number("SELECT COUNT(*) FROM deliveries WHERE id = $id", ("$id", delivery)) > 0) return PressOutcome.ActedOn;
        var isNew = Execute(
            "INSERT INTO presses (check_id, revision, login, delivery, due_ms) VALUES ($check, $revision, $login, $delivery, $now) ON CONFLICT DO NOTHING",
            ("$check", check), ("$revision", revision), ("$login", login), ("$delivery", delivery), ("$now", NowMs())) > 0;
        return isNew ? PressOutcome.Taken : PressOutcome.Waiting;
    });

    /// <summary>The press that has to be decided next; null when none is due.</summary>
    public Press? NextPress() => Read(() => Query(
        $"SELECT {PressColumns} WHERE p.due_ms <= $now ORDER BY p.id LIMIT 1", ReadPress, ("$now", NowMs())).FirstOrDefault());

    /// <summary>When the next press is due; null while none waits.</summary>
    public DateTimeOffset? NextPressAt() => Read(() => Query(
        "SELECT MIN(due_ms) FROM presses", row => row.IsDBNull(0) ? (DateTimeOffset?)null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(0)))[0]);

    /// <summary>Those that wait because GitHub gave no answer, the oldest first.</summary>
    public IReadOnlyList<Press> PostponedPresses() => Read(() => Query($"SELECT {PressColumns} WHERE p.trouble IS NOT NULL ORDER BY p.id", ReadPress));

    /// <summary>It could not be decided; it is tried again.</summary>
    /// <param name="press">Which.</param>
    /// <param name="again">When.</param>
    /// <param name="trouble">Why, for a person.</param>
    public void PostponePress(Press press, DateTimeOffset again, string trouble) => Change(() => Execute(
        "UPDATE presses SET attempts = attempts + 1, due_ms = $again, trouble = $trouble WHERE id = $id",
        ("$again", again.ToUnixTimeMilliseconds()), ("$trouble", trouble), ("$id", press.Id)));

    /// <summary>It is decided.</summary>
    /// <param name="press">Which.</param>
    /// <param name="actedOn">Whether it has approved; then its delivery is refused for ever, else it may come again: who was refused may be permitted later.</param>
    public void EndPress(Press press, bool actedOn) => Change(() =>
    {
        if (actedOn) Execute("INSERT INTO deliveries (id, at_ms) VALUES ($id, $now) ON CONFLICT DO NOTHING", ("$id", press.Delivery), ("$now", NowMs()));
        return Execute("DELETE FROM presses WHERE id = $id", ("$id", press.Id));
    });

    private const string PressColumns = "p.id, c.repository, c.run_id, p.revision, p.login, p.delivery, p.attempts, p.trouble FROM presses p JOIN checks c ON c.id = p.check_id";

    private static Press ReadPress(Microsoft.Data.Sqlite.SqliteDataReader row) => new(
        row.GetInt64(0), new(row.GetString(1), row.GetString(2)), row.GetInt32(3), row.GetString(4), row.GetString(5), row.GetInt32(6), row.IsDBNull(7) ? null : row.GetString(7));
}

/// <summary>Somebody has pressed Approve at GitHub.</summary>
/// <param name="Id">Of the row; grows.</param>
/// <param name="Key">Which check.</param>
/// <param name="Revision">Of the check, as the button said it.</param>
/// <param name="Login">Who.</param>
/// <param name="Delivery">Hash of what was delivered.</param>
/// <param name="Attempts">To decide it, that have failed.</param>
/// <param name="Trouble">Why it is not decided yet; null while it was not tried.</param>
internal sealed record Press(long Id, CheckKey Key, int Revision, string Login, string Delivery, int Attempts, string? Trouble);

internal enum PressOutcome
{
    Taken,

    /// <summary>The person has pressed already, and is not answered yet.</summary>
    Waiting,

    /// <summary>The very same delivery has approved before.</summary>
    ActedOn,

    /// <summary>There is no such check.</summary>
    Unknown,
}
