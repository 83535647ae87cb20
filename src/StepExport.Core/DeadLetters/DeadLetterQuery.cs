using Microsoft.Data.Sqlite;

namespace StepExport.Core.DeadLetters;

/// <summary>Which letters; conditions are joined by "and", what is null or empty restricts nothing.</summary>
internal sealed record DeadLetterQuery
{
    public IReadOnlyList<long> Ids { get; init; } = [];

    /// <summary>A source's name.</summary>
    public string? Source { get; init; }

    /// <summary>A sink's name.</summary>
    public string? Sink { get; init; }

    /// <summary>Part of the reason or of the code, in any case.</summary>
    public string? Reason { get; init; }

    /// <summary>Detection type; <c>*</c> matches any run of characters.</summary>
    public string? Type { get; init; }

    /// <summary>Kept at this time or later.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Kept before this time.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Whether any condition is set.</summary>
    public bool Restricts => this != new DeadLetterQuery { Ids = Ids } || Ids.Count > 0;

    /// <summary>Makes the condition of a WHERE, and gives the command its parameters.</summary>
    public string Where(SqliteCommand command)
    {
        var conditions = new List<string>();
        if (Ids.Count > 0) conditions.Add($"id IN ({string.Join(',', Ids)})");
        Add("component = {0} AND at_intake = 1", Source);
        Add("component = {0} AND at_intake = 0", Sink);
        Add("(instr(lower(reason), lower({0})) > 0 OR instr(lower(ifnull(code, '')), lower({0})) > 0)", Reason);
        Add("ifnull(detection_type, '') GLOB {0}", Type is null ? null : Glob(Type));
        Add("added_ms >= {0}", Since?.ToUnixTimeMilliseconds());
        Add("added_ms < {0}", Until?.ToUnixTimeMilliseconds());
        return conditions.Count == 0 ? "1" : string.Join(" AND ", conditions);

        void Add(string condition, object? value)
        {
            if (value is null) return;
            var name = $"$q{command.Parameters.Count}";
            command.Parameters.AddWithValue(name, value);
            conditions.Add(condition.Replace("{0}", name, StringComparison.Ordinal));
        }
    }

    /// <summary>SQLite's GLOB knows more than the star.</summary>
    private static string Glob(string pattern) =>
        pattern.Replace("[", "[[]", StringComparison.Ordinal).Replace("?", "[?]", StringComparison.Ordinal);
}
