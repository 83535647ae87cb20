using System.Text.Json.Nodes;
using StepExport.Testing;

namespace StepExport.Tests.Content;

/// <summary>The dashboard is one that Grafana can show: what it takes for granted is there, and nothing lies on top of anything else.</summary>
public sealed class DashboardTests
{
    private static readonly JsonNode Dashboard = JsonNode.Parse(File.ReadAllText(RepositoryRoot.Combine("config", "grafana", "stepexport.json")))!;
    private static readonly JsonNode[] Panels = [.. Dashboard["panels"]!.AsArray().Select(p => p!)];
    private static readonly JsonNode[] Graphs = [.. Panels.Where(p => Text(p["type"]) != "row")];

    [Fact]
    public void It_asks_for_metrics_that_exist()
    {
        var queries = Graphs.SelectMany(p => p["targets"]!.AsArray()).Select(t => Text(t!["expr"])).ToArray();
        Assert.True(queries.Length > 50, "the panels were not found");
        var others = Dashboard["templating"]!["list"]!.AsArray().Select(v => (string?)v!["definition"]).OfType<string>()
            .Concat(Dashboard["annotations"]!["list"]!.AsArray().Select(a => Text(a!["expr"])));
        MetricNames.AssertExist(queries.Concat(others));
    }

    [Fact]
    public void It_can_be_imported_anew_and_again()
    {
        Assert.Null(Dashboard["id"]);
        Assert.Equal("stepexport", Text(Dashboard["uid"]));
        Assert.InRange((int)Dashboard["schemaVersion"]!, 36, 50);
        Assert.Distinct(Panels.Select(p => (int)p["id"]!));
        Assert.Distinct(Graphs.Select(p => Text(p["title"])));
    }

    [Fact]
    public void No_panel_lies_on_another_or_beside_the_page()
    {
        var taken = new HashSet<(int, int)>();
        foreach (var at in Panels.Select(p => p["gridPos"]!))
        {
            var (x, y, w, h) = ((int)at["x"]!, (int)at["y"]!, (int)at["w"]!, (int)at["h"]!);
            Assert.InRange(x, 0, 24 - w);
            for (var i = x; i < x + w; i++)
                for (var j = y; j < y + h; j++)
                    Assert.True(taken.Add((i, j)), $"something else lies at {i}, {j}");
        }
    }

    [Fact]
    public void Every_query_goes_to_the_chosen_data_source_and_the_chosen_instances()
    {
        Assert.Contains(Dashboard["templating"]!["list"]!.AsArray(), v => Text(v!["type"]) == "datasource" && Text(v["name"]) == "datasource");
        foreach (var panel in Graphs)
        {
            var targets = panel["targets"]!.AsArray().Select(t => t!).ToArray();
            Assert.NotEmpty(targets);
            Assert.Distinct(targets.Select(t => Text(t["refId"])));
            Assert.All([panel, .. targets], part => Assert.Equal("${datasource}", Text(part["datasource"]!["uid"])));
            Assert.All(targets, t => Assert.Equal(Text(t["expr"]).Split("stepexport_").Length, Text(t["expr"]).Split("{instance=~\"$instance\"").Length));
        }
    }

    private static string Text(JsonNode? node) => (string)node!;
}
