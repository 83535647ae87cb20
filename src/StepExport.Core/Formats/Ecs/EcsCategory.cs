using System.Text;
using StepExport.Core.Ocsf;

namespace StepExport.Core.Formats.Ecs;

/// <summary>What kind of event a finding is: <c>event.category</c> and <c>event.type</c>.</summary>
/// <remarks>Every category expects only some types. Nearly all of ours have <c>intrusion_detection</c> among them, which expects
/// <c>info</c> and <c>denied</c>.</remarks>
internal sealed class EcsCategory
{
    /// <summary>By detection type or, behind these, by family.</summary>
    private static readonly EcsCategory[] All =
    [
        new("Runner-Worker-Memory-Read", ["process", "intrusion_detection"], "access"),
        new("network", ["network", "intrusion_detection"], "connection"),
        new("http", ["api", "web"], "access"),
        new("process", ["process", "intrusion_detection"], "start"),
        new("file", ["file", "intrusion_detection"], "change"),
        new("config", ["configuration", "intrusion_detection"], "change"),
        new("commit", ["package", "intrusion_detection"], null),
        new("intel", ["threat"], "indicator", isJudged: false),
    ];

    private static readonly EcsCategory Other = new("", ["intrusion_detection"], null);

    private readonly byte[] _key;
    private readonly byte[] _category;
    private readonly byte[] _seen;
    private readonly byte[] _denied;

    private EcsCategory(string key, string[] categories, string? type, bool isJudged = true)
    {
        string[] verb = type is null ? [] : [type];
        _key = Encoding.UTF8.GetBytes($"\"{key}\"");
        _category = Json(categories);
        _seen = Json(isJudged ? [.. verb, "info"] : verb);
        _denied = Json(isJudged ? [.. verb, "denied"] : verb);
    }

    public static void WriteCategory(OcsfWriter w, ReadOnlySpan<byte> name, in FindingView finding) => w.Raw(name, Of(finding)._category);

    public static void WriteType(OcsfWriter w, ReadOnlySpan<byte> name, in FindingView finding) =>
        w.Raw(name, finding.Has(Part.Denied) ? Of(finding)._denied : Of(finding)._seen);

    private static EcsCategory Of(in FindingView finding)
    {
        foreach (var category in All)
        {
            if (finding.Json(Part.Type).SequenceEqual(category._key) || finding.Json(Part.Family).SequenceEqual(category._key)) return category;
        }

        return Other;
    }

    private static byte[] Json(string[] words) => Encoding.UTF8.GetBytes($"[{string.Join(',', words.Select(word => $"\"{word}\""))}]");
}
