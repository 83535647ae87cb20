using System.Text.Json.Nodes;
using StepExport.Tests.Formats;
using StepExport.Tests.Normalization;

namespace StepExport.Tests.Content;

/// <summary>Which data models an event of format cim gets into: its own fields against the add-on's event types and tags.</summary>
public sealed class SplunkTagTests
{
    public static TheoryData<string> Cases => [.. ProjectFiles.Cases];

    [Theory]
    [MemberData(nameof(Cases))]
    public void An_event_is_an_attack_or_a_change_and_has_that_models_fields(string name)
    {
        var found = Rendered.Cim(name);
        var tags = Tags(found);
        var isChange = (string?)found["action"] == "modified";
        Assert.Equal(isChange, tags.Contains("change"));
        Assert.Equal(isChange, found.ContainsKey("object_category"));
        if (tags.Contains("attack") || tags.Contains("ids")) Assert.Equal(("host", false), ((string?)found["ids_type"], isChange));
    }

    [Theory]
    [InlineData("Reverse-Shell/case", "alert attack ids")]
    [InlineData("Domain-Blocked/case", "alert attack ids")]
    [InlineData("Domain-Blocked/suppressed", "attack ids")]
    [InlineData("Source-Code-Overwritten/case", "alert change")]
    [InlineData("Harden-Runner-Config-Changed/case", "alert change")]
    [InlineData("Secrets-Policy-Blocked/case", "alert")]
    [InlineData("Threat-Intelligence/case", "alert")]
    public void Tags_follow_from_type_state_and_action(string name, string tags) => Assert.Equal(tags, string.Join(' ', Tags(Rendered.Cim(name)).Order()));

    [Theory]
    [InlineData("approval", "change")]
    [InlineData("approval-refused", "change")]
    [InlineData("result-failed", "")]
    [InlineData("result-approved", "")]
    [InlineData("finding-update", "attack ids")]
    public void What_is_said_of_checks_is_no_attack_and_an_approval_is_a_change(string kind, string tags) =>
        Assert.Equal(tags, string.Join(' ', Tags(JsonNode.Parse(SplunkFields.CheckEvents("cim").Single(e => e.Kind == kind).Event)!.AsObject()).Order()));

    private static HashSet<string> Tags(JsonObject found)
    {
        var fields = found.ToDictionary(f => f.Key, f => f.Value!.ToString());
        fields["sourcetype"] = SplunkFields.Sourcetype("cim");
        fields["detection_type"] = fields["signature_id"];
        var types = SplunkAddOn.Conf("eventtypes.conf").Stanzas.Where(t => Matches(t.Value["search"], fields)).Select(t => $"eventtype={t.Key}");
        return [.. SplunkAddOn.Conf("tags.conf").Stanzas.Where(t => types.Contains(t.Key)).SelectMany(t => t.Value.Keys)];
    }

    /// <summary>As much of the search language as the event types use: terms joined by "and", NOT before a term, * at its end.</summary>
    private static bool Matches(string search, Dictionary<string, string> fields)
    {
        var words = search.Split(' ');
        Assert.DoesNotContain(words, word => word is "OR" or "AND" or "IN" || word.IndexOfAny(['(', '"', '`']) >= 0);
        return words.Index().Where(w => w.Item != "NOT").All(w => Holds(w.Item, fields) != (w.Index > 0 && words[w.Index - 1] == "NOT"));
    }

    private static bool Holds(string term, Dictionary<string, string> fields)
    {
        var (field, value) = (term[..term.IndexOf('=')], term[(term.IndexOf('=') + 1)..]);
        if (!fields.TryGetValue(field, out var actual)) return false;
        return value.EndsWith('*') ? actual.StartsWith(value[..^1], StringComparison.OrdinalIgnoreCase) : actual.Equals(value, StringComparison.OrdinalIgnoreCase);
    }
}
