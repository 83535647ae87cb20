using System.Diagnostics.CodeAnalysis;
using StepExport.Core.Delivery;
using StepExport.Core.Model;

namespace StepExport.Admin;

/// <summary>What a reader of <c>/api/tap</c> asks for: <c>?type=…&amp;type=…&amp;severity=…&amp;repo=…</c>, with the meaning of a sink's <c>where</c>.</summary>
internal static class TapFilter
{
    private const string Type = "type", Repository = "repo", MinSeverity = "severity";

    /// <param name="query">As received.</param>
    /// <param name="filter">What passes.</param>
    /// <param name="mistake">What is wrong with the query, and what to write.</param>
    public static bool TryParse(IQueryCollection query, [NotNullWhen(true)] out RecordFilter? filter, [NotNullWhen(false)] out string? mistake)
    {
        (filter, mistake) = (null, null);
        if (query.Keys.FirstOrDefault(key => key is not (Type or Repository or MinSeverity)) is not null)
        {
            mistake = $"there are only {Type}, {MinSeverity} and {Repository}";
            return false;
        }

        var least = Severity.Unknown;
        if (query[MinSeverity] is { Count: > 0 } severity && !(Enum.TryParse(severity[^1], ignoreCase: true, out least) && Enum.IsDefined(least) && !char.IsAsciiDigit(severity[^1]![0])))
        {
            mistake = $"{MinSeverity} is one of {string.Join(", ", Enum.GetNames<Severity>().Skip(1).Select(name => name.ToLowerInvariant()))}";
            return false;
        }

        filter = RecordFilter.Create(least, Patterns(query, Type), Patterns(query, Repository));
        return true;
    }

    /// <summary>The address of a tap.</summary>
    public static string Query(IEnumerable<string> types, string? severity, IEnumerable<string> repositories)
    {
        var pairs = types.Select(t => (Type, t)).Concat(repositories.Select(r => (Repository, r)));
        if (severity is not null) pairs = pairs.Append((MinSeverity, severity));
        return string.Concat(pairs.Select((pair, i) => $"{(i == 0 ? '?' : '&')}{pair.Item1}={Uri.EscapeDataString(pair.Item2)}"));
    }

    private static string[] Patterns(IQueryCollection query, string key) => query[key] is { Count: > 0 } values ? [.. values.Select(v => v ?? "")] : ["*"];
}
