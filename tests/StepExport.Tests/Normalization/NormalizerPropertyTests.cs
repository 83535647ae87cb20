using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using StepExport.Core.Normalization;

namespace StepExport.Tests.Normalization;

public sealed class NormalizerPropertyTests
{
    private static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(400);

    [Fact]
    public void Never_throws_on_arbitrary_bytes()
    {
        var normalizer = new Normalizer(new NormalizationSettings());
        var output = new NormalizedDetection();
        var json = ArbitraryDetections.Generator.Select(Encoding.UTF8.GetBytes);
        var damaged =
            from bytes in json
            from at in Gen.Choose(0, bytes.Length - 1)
            from value in Gen.Choose(0, 255)
            select Damage(bytes, at, (byte)value);
        Check.One(Runs, Prop.ForAll(Arb.From(damaged), bytes =>
        {
            var result = normalizer.Normalize(bytes, Normalized.ReceivedAtMs, output);
            return result.Ok || result.Error!.Length > 0;
        }));
    }

    [Fact]
    public void Every_leaf_of_an_unknown_type_is_found_again() => Check.One(Runs, Prop.ForAll(Arb.From(ArbitraryDetections.Generator), json =>
    {
        var source = JsonNode.Parse(json)!.AsObject();
        source["id"] = "Never-Seen";
        source.Remove("type");
        var found = Leaves(Normalized.Event(source.ToJsonString(), Unredacted));
        AssertFound(source, found);
    }));

    [Fact]
    public void Every_leaf_with_a_value_is_found_again_in_some_form() => Check.One(Runs, Prop.ForAll(Arb.From(ArbitraryDetections.Generator), json =>
    {
        var found = Leaves(Normalized.Event(json, Unredacted));
        AssertFound(JsonNode.Parse(json)!, found);
    }));

    [Fact]
    public void Uid_does_not_depend_on_order_space_or_the_spelling_of_numbers() =>
        Check.One(Runs, Prop.ForAll(Arb.From(ArbitraryDetections.Generator), json =>
        {
            var spelled = Respell(JsonNode.Parse(json))!.ToJsonString(new JsonSerializerOptions { WriteIndented = true });
            Assert.Equal(Normalized.Uid(json), Normalized.Uid(spelled));
        }));

    [Fact]
    public void Uid_differs_when_any_leaf_differs() => Check.One(Runs, Prop.ForAll(Arb.From(ArbitraryDetections.Generator), json =>
    {
        var uid = Normalized.Uid(json);
        var leaves = Paths(JsonNode.Parse(json)!).Count();
        for (var i = 0; i < leaves; i++)
        {
            var changed = JsonNode.Parse(json)!;
            Paths(changed).ElementAt(i).ReplaceWith("changed");
            Assert.NotEqual(uid, Normalized.Uid(changed.ToJsonString()));
        }
    }));

    private static NormalizationSettings Unredacted => new() { Redact = false };

    private static byte[] Damage(byte[] bytes, int at, byte value)
    {
        var damaged = bytes.ToArray();
        damaged[at] = value;
        return damaged;
    }

    /// <summary>A value may come back inside a longer text (command line, message, address), in lower case, as a time, or cut mask.</summary>
    internal static void AssertFound(JsonNode source, HashSet<string> found)
    {
        var everything = string.Join('\n', found).ToLowerInvariant();
        foreach (var leaf in Leaves(source))
        {
            if (leaf is "true" or "false" or "null") continue; // states and flags have a form of their own
            var text = leaf.ToLowerInvariant().TrimEnd('.');
            if (text.StartsWith('[') && text.Contains("]:")) text = text[1..text.IndexOf(']')];
            else if (text.Contains(':') && ushort.TryParse(text[(text.LastIndexOf(':') + 1)..], out _) && !everything.Contains(text)) text = text[..text.LastIndexOf(':')].TrimEnd('.');
            if (text.Contains("***") && text.Length > 64) text = text[..64];
            var quoted = text.Replace("'", "'\"'\"'");
            var isTime = Timestamps.TryParse(Encoding.UTF8.GetBytes(leaf), out var ms);
            var time = isTime ? ms.ToString(CultureInfo.InvariantCulture) : text;
            var iso = isTime ? DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("yyyy-MM-dd't'HH:mm:ss.fff'z'", CultureInfo.InvariantCulture) : text;
            Assert.True(everything.Contains(text) || everything.Contains(quoted) || everything.Contains(time) || everything.Contains(iso), leaf);
        }
    }

    internal static HashSet<string> Leaves(JsonNode node) => [.. Paths(node).Select(leaf => leaf is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : leaf.ToJsonString())];

    private static IEnumerable<JsonNode> Paths(JsonNode node) => node switch
    {
        JsonObject o => o.Where(member => member.Value is not null).SelectMany(member => Paths(member.Value!)),
        JsonArray a => a.Where(element => element is not null).SelectMany(element => Paths(element!)),
        _ => [node],
    };

    private static JsonNode? Respell(JsonNode? node) => node switch
    {
        JsonObject o => new JsonObject(o.Reverse().Select(member => KeyValuePair.Create(member.Key, Respell(member.Value)))),
        JsonArray a => new JsonArray([.. a.Select(Respell)]),
        JsonValue v when v.GetValueKind() == JsonValueKind.Number => JsonValue.Create(v.ToJsonString()),
        _ => node?.DeepClone(),
    };
}
