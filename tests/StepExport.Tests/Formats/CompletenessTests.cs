using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using StepExport.Core.Formats;
using StepExport.Core.Normalization;
using StepExport.Tests.Normalization;

namespace StepExport.Tests.Formats;

/// <summary>Promise 5 for the formats that are made from the finding: what is in it is in them.</summary>
public sealed partial class CompletenessTests
{
    private static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(300);

    public static TheoryData<string, string> Cases =>
        [.. from name in ProjectFiles.Cases from format in (string[])["ecs", "cim"] select (name, format)];

    [Theory]
    [InlineData("ecs")]
    [InlineData("cim")]
    public void Every_leaf_of_a_detection_is_found_again(string format) => Check.One(Runs, Prop.ForAll(Arb.From(ArbitraryDetections.Generator), json =>
        NormalizerPropertyTests.AssertFound(JsonNode.Parse(json)!, Leaves(Rendered.Object(OutputFormats.Parse(format), json, new NormalizationSettings { Redact = false })))));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_value_of_a_finding_is_found_again_but_for_the_captions_and_constants_of_OCSF(string name, string format)
    {
        var finding = Normalized.Event(File.ReadAllText(Path.Combine(ProjectFiles.Golden, name + ".input.json")));
        var found = string.Join('\n', Leaves(Rendered.Object(OutputFormats.Parse(format), name)));
        Assert.All(Paths("", finding).Where(leaf => !OfOcsfAlone().IsMatch(leaf.Path) && !IsComposed(leaf.Text)), leaf => Assert.Contains(leaf.Text, found, StringComparison.Ordinal));
    }

    /// <summary>A workflow's uid is the repository and its path, which have fields of their own.</summary>
    private static bool IsComposed(string text) => text.Contains("/.github/", StringComparison.Ordinal);

    /// <summary>CIM keeps what has structure as JSON in a string.</summary>
    private static HashSet<string> Leaves(JsonNode rendered)
    {
        var leaves = NormalizerPropertyTests.Leaves(rendered);
        foreach (var text in leaves.Where(leaf => leaf.StartsWith('{') || leaf.StartsWith('[')).ToList())
        {
            if (TryParse(text) is { } json) leaves.UnionWith(NormalizerPropertyTests.Leaves(json));
        }

        return leaves;
    }

    private static JsonNode? TryParse(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }

    private static IEnumerable<(string Path, string Text)> Paths(string path, JsonNode? node) => node switch
    {
        JsonObject o => o.SelectMany(member => Paths($"{path}.{member.Key}", member.Value)),
        JsonArray a => a.SelectMany(element => Paths($"{path}[]", element)),
        JsonValue v when v.TryGetValue<string>(out var text) => [(path, text)],
        null => [],
        _ => [(path, node.ToJsonString())],
    };

    /// <summary>Identifiers beside their captions, names of the schema, of the product and of the place in the finding; times that
    /// ECS writes as ISO 8601, which the golden files show.</summary>
    [GeneratedRegex("""
        ^\.(activity|category|class|type)_\w+$|^\.(severity|confidence_id|status_id|action_id|disposition|disposition_id)$|(?<!original_)time$|^\.metadata\.(version|profiles|log_|product\.name|product\.vendor)
        |^\.device\.|^\.observables\[\]\.(name|type|type_id)$|_id$|\.attacks\[\]\.version$|\.role$|resources\[\]\.type$|^\.policy\.(is_applied|type)$|data_sources|owner\.type$
        |^\.evidences\[\]\.(name|connection_info\.direction|file\.type|process\.file\.type|file\.hashes\[\]\.algorithm)$|finding_info\.tags\[\]\.name$|_seen_time$|attacks\[\]\.technique\.name$|\.tags\[\]\.value$
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex OfOcsfAlone();
}
