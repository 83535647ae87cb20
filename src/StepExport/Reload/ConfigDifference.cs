using StepExport.Configuration;

namespace StepExport.Reload;

/// <summary>What is different between the configuration that runs and the next one.</summary>
/// <param name="Fixed">Keys that are read at the start only and say something else now.</param>
/// <param name="Sources">By name.</param>
/// <param name="Sinks">By name.</param>
internal sealed record ConfigDifference(IReadOnlyList<string> Fixed, Sections<SourceSection> Sources, Sections<SinkSection> Sinks)
{
    public bool IsNone => Fixed.Count == 0 && Sources.AreSame && Sinks.AreSame;

    public static ConfigDifference Between(ExportConfig running, ExportConfig next) => new(
        [.. running.Fingerprints.Keys.Union(next.Fingerprints.Keys)
            .Where(key => running.Fingerprints.GetValueOrDefault(key) != next.Fingerprints.GetValueOrDefault(key)).Order(StringComparer.Ordinal)],
        Sections<SourceSection>.Between(running.Sources, next.Sources),
        Sections<SinkSection>.Between(running.Sinks, next.Sinks));

    /// <summary>The changes for a person, e.g. <c>sink splunk: changed</c>.</summary>
    public IReadOnlyList<string> Describe() => [.. Sinks.Describe("sink"), .. Sources.Describe("source")];
}

/// <summary>The different entries of <c>sources</c> or <c>sinks</c>.</summary>
/// <param name="Added">Names that were not there.</param>
/// <param name="Changed">As they are to be.</param>
/// <param name="Removed">Names that are no longer there.</param>
internal sealed record Sections<T>(IReadOnlyList<T> Added, IReadOnlyList<T> Changed, IReadOnlyList<string> Removed)
    where T : ISection
{
    public bool AreSame => Added.Count + Changed.Count + Removed.Count == 0;

    /// <summary>What has to be started.</summary>
    public IEnumerable<T> Started => Changed.Concat(Added);

    /// <summary>What has to be stopped.</summary>
    public IReadOnlyList<string> Stopped => [.. Changed.Select(section => section.Name), .. Removed];

    public static Sections<T> Between(IReadOnlyList<T> running, IReadOnlyList<T> next)
    {
        var before = running.ToDictionary(section => section.Name, section => section.Fingerprint);
        return new(
            [.. next.Where(section => !before.ContainsKey(section.Name))],
            [.. next.Where(section => before.TryGetValue(section.Name, out var fingerprint) && fingerprint != section.Fingerprint)],
            [.. before.Keys.Except(next.Select(section => section.Name))]);
    }

    public IEnumerable<string> Describe(string kind) =>
    [
        .. Changed.Select(section => $"{kind} {section.Name}: changed"),
        .. Added.Select(section => $"{kind} {section.Name}: added"),
        .. Removed.Select(name => $"{kind} {name}: removed"),
    ];
}
