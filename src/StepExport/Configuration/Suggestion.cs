namespace StepExport.Configuration;

/// <summary>Finds what somebody meant who wrote a word that is not known.</summary>
internal static class Suggestion
{
    /// <summary><c>did you mean 'index'?</c>, or the known words when none is near.</summary>
    public static string For(string word, IReadOnlyCollection<string> known)
    {
        var longer = known.Where(k => word.Length >= 3 && k.Contains(word, StringComparison.OrdinalIgnoreCase)).ToArray();
        var nearest = longer.Length == 1 ? longer[0] : known.MinBy(k => Distance(word, k));
        return nearest is not null && (longer.Contains(nearest) || Distance(word, nearest) <= Math.Max(1, Math.Min(word.Length, nearest.Length) / 3))
            ? $"did you mean '{nearest}'?"
            : $"known here: {string.Join(", ", known)}";
    }

    /// <summary>Characters inserted, deleted, replaced or swapped with their neighbour; case does not count.</summary>
    internal static int Distance(string left, string right)
    {
        var (a, b) = (left.ToLowerInvariant(), right.ToLowerInvariant());
        var cost = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++) cost[i, 0] = i;
        for (var j = 0; j <= b.Length; j++) cost[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var replace = cost[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                cost[i, j] = Math.Min(Math.Min(cost[i - 1, j], cost[i, j - 1]) + 1, replace);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    cost[i, j] = Math.Min(cost[i, j], cost[i - 2, j - 2] + 1);
            }
        }

        return cost[a.Length, b.Length];
    }
}
