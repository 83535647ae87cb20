using StepExport.Core.Model;

namespace StepExport.Core.Delivery;

/// <summary>A sink's <c>where</c>: type, severity, repository and state, decided from the record's header alone.</summary>
internal sealed class RecordFilter
{
    private static readonly uint EveryState = Bit(FindingStatus.New) | Bit(FindingStatus.Suppressed) | Bit(FindingStatus.Resolved);

    private readonly Severity _minSeverity;
    private readonly Utf8Glob[] _types;
    private readonly Utf8Glob[] _repositories;

    /// <summary>A bit for each state that passes.</summary>
    private readonly uint _states;

    private RecordFilter(Severity minSeverity, Utf8Glob[] types, Utf8Glob[] repositories, uint states)
    {
        _minSeverity = minSeverity;
        _types = types;
        _repositories = repositories;
        _states = states;
    }

    public static RecordFilter All { get; } = new(Severity.Unknown, [], [], EveryState);

    /// <summary>Conditions are joined by "and", the patterns of one list by "or". <see cref="All"/> when nothing is restricted.</summary>
    /// <param name="minSeverity">Lowest severity; <see cref="Severity.Unknown"/> lets every one pass.</param>
    /// <param name="types">Patterns of detection types; none matches nothing.</param>
    /// <param name="repositories">Patterns of owner/repo; none matches nothing.</param>
    /// <param name="states">States of the finding; null lets every one pass.</param>
    public static RecordFilter Create(
        Severity minSeverity, IEnumerable<string> types, IEnumerable<string> repositories, IEnumerable<FindingStatus>? states = null)
    {
        var passing = states?.Aggregate(0u, (bits, state) => bits | Bit(state)) ?? EveryState;
        var filter = new RecordFilter(minSeverity, [.. types.Select(t => new Utf8Glob(t))], [.. repositories.Select(r => new Utf8Glob(r))], passing);
        var restricts = minSeverity > Severity.Unknown || passing != EveryState || !MatchesAll(filter._types) || !MatchesAll(filter._repositories);
        return restricts ? filter : All;
    }

    /// <summary>Whether the sink wants this record.</summary>
    public bool Accepts(in ExportRecord record) =>
        this == All || (record.Severity >= _minSeverity && (Bit(record.Status) & _states) != 0 && IsMatch(_types, record.Type) && IsMatch(_repositories, record.Repository));

    /// <summary>What has no state counts as new.</summary>
    private static uint Bit(FindingStatus state) => 1u << (int)(state == FindingStatus.Unknown ? FindingStatus.New : state);

    private static bool MatchesAll(Utf8Glob[] patterns) => Array.Exists(patterns, p => p.MatchesAll);

    private static bool IsMatch(Utf8Glob[] patterns, ReadOnlySpan<byte> text)
    {
        foreach (var pattern in patterns)
        {
            if (pattern.IsMatch(text)) return true;
        }

        return false;
    }
}
