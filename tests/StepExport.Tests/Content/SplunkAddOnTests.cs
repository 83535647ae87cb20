using System.Text.Json.Nodes;
using System.Xml.Linq;
using StepExport.Testing;
using StepExport.Tests.Normalization;

namespace StepExport.Tests.Content;

/// <summary>The Splunk add-on holds together, and fits what the mappers make.</summary>
public sealed class SplunkAddOnTests
{
    public static TheoryData<string> ConfFiles => [.. SplunkAddOn.ConfFiles];

    public static TheoryData<string> Views => [.. SplunkAddOn.ViewFiles];

    [Theory]
    [MemberData(nameof(ConfFiles))]
    public void A_conf_file_reads_without_a_mistake(string name) => Assert.NotEmpty(SplunkAddOn.Conf(name).Stanzas);

    [Fact]
    public void Its_version_is_the_programs()
    {
        var version = XElement.Load(RepositoryRoot.Combine("Directory.Build.props")).Descendants("Version").Single().Value;
        var app = SplunkAddOn.Conf("app.conf").Stanzas;
        Assert.Equal((version, version), (app["launcher"]["version"], app["id"]["version"]));
    }

    [Fact]
    public void Every_macro_that_is_used_exists()
    {
        var macros = SplunkAddOn.Conf("macros.conf").Stanzas.Keys;
        Assert.Empty(SplunkAddOn.Searches.SelectMany(s => SplunkAddOn.MacrosIn(s.Search)).Except(macros));
        Assert.Empty(SplunkAddOn.Searches.Where(s => s.Search.Count(c => c == '`') % 2 != 0).Select(s => s.Where));
    }

    [Fact]
    public void Every_event_type_that_is_tagged_or_searched_exists()
    {
        var types = SplunkAddOn.Conf("eventtypes.conf").Stanzas.Keys;
        var tagged = SplunkAddOn.Conf("tags.conf").Stanzas.Keys.Select(k => k["eventtype=".Length..]);
        Assert.Empty(tagged.Concat(SplunkAddOn.Searches.SelectMany(s => SplunkAddOn.EventTypesIn(s.Search))).Except(types));
    }

    [Fact]
    public void The_data_models_find_their_tags()
    {
        var tags = SplunkAddOn.Conf("tags.conf").Stanzas.Values.SelectMany(s => s.Where(t => t.Value == "enabled").Select(t => t.Key));
        Assert.Equal(["alert", "attack", "change", "ids"], tags.Distinct().Order());
    }

    [Theory]
    [InlineData("Alerts", "app description dest id severity signature signature_id src type user")]
    [InlineData("Intrusion_Detection", "action category dvc ids_type severity signature vendor_product")]
    public void Every_format_but_cim_sets_what_the_data_model_requires(string model, string fields)
    {
        foreach (var format in new[] { "ocsf", "ecs", "raw" })
        {
            var settings = SplunkAddOn.Conf("props.conf").Stanzas[$"stepsecurity:detection:{format}"];
            Assert.Equal((format, model, ""), (format, model, string.Join(' ', fields.Split(' ').Where(f => !settings.ContainsKey($"EVAL-{f}")))));
        }
    }

    [Fact]
    public void No_search_runs_until_somebody_enables_it_and_each_alert_is_throttled()
    {
        foreach (var (name, search) in SplunkAddOn.Conf("savedsearches.conf").Stanzas)
        {
            Assert.Equal((name, "0"), (name, search["enableSched"]));
            Assert.NotEmpty(search["description"]);
            if (!search.TryGetValue("cron_schedule", out var cron)) continue;
            Assert.Equal((name, 5), (name, cron.Split(' ').Length));
            Assert.Equal((name, "1"), (name, search["alert.suppress"]));
            Assert.Matches("^[1-6]$", search["alert.severity"]);
            foreach (var field in search["alert.suppress.fields"].Split(','))
                Assert.Contains(field, Expanded(search["search"]), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("critical")]
    public void Each_type_that_is_critical_by_itself_has_an_alert(string severity)
    {
        var searches = string.Join('\n', SplunkAddOn.Conf("savedsearches.conf").Stanzas.Values.Select(s => s["search"]));
        var types = Directory.GetFiles(ProjectFiles.Golden, "case.expected.json", SearchOption.AllDirectories)
            .Select(file => JsonNode.Parse(File.ReadAllText(file))!)
            .Where(finding => string.Equals((string?)finding["severity"], severity, StringComparison.OrdinalIgnoreCase))
            .Select(finding => (string)finding["metadata"]!["event_code"]!)
            .Where(type => type != "Threat-Intelligence")
            .ToArray();
        Assert.True(types.Length >= 5, string.Join(' ', types));
        Assert.DoesNotContain(types, type => !searches.Contains($"search detection_type={type} |", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Views))]
    public void A_dashboard_is_well_formed_and_its_searches_have_their_base(string name)
    {
        var view = SplunkAddOn.View(name);
        Assert.Equal("1.1", (string?)view.Attribute("version"));
        var bases = view.Descendants("search").Select(s => (string?)s.Attribute("id")).OfType<string>().ToHashSet();
        Assert.Empty(view.Descendants("search").Select(s => (string?)s.Attribute("base")).OfType<string>().Except(bases));
        var tokens = view.Descendants("input").Select(i => (string)i.Attribute("token")!).ToHashSet();
        var used = view.Descendants("query").Concat(view.Descendants("earliest")).Concat(view.Descendants("latest"))
            .SelectMany(q => q.Value.Split('$').Where((_, i) => i % 2 == 1)).Select(t => t.Split('.')[0]);
        Assert.Empty(used.Except(tokens));
    }

    [Fact]
    public void The_navigation_leads_to_every_dashboard() =>
        Assert.Empty(SplunkAddOn.ViewFiles.Except(SplunkAddOn.Navigation.Elements("view").Select(v => (string)v.Attribute("name")!)));

    [Fact]
    public void Fields_event_types_tags_and_macros_are_seen_by_other_apps() =>
        Assert.Equal(["eventtypes", "macros", "props", "tags"], SplunkAddOn.Meta.Stanzas.Where(s => s.Value.GetValueOrDefault("export") == "system").Select(s => s.Key).Order());

    private static string Expanded(string search)
    {
        foreach (var macro in SplunkAddOn.MacrosIn(search).Distinct())
            search = search.Replace($"`{macro}`", Expanded(SplunkAddOn.Conf("macros.conf").Stanzas[macro]["definition"]), StringComparison.Ordinal);
        return search;
    }
}
