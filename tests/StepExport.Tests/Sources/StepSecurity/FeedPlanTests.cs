using StepExport.Configuration;
using StepExport.Core.Normalization;
using StepExport.Sources.StepSecurity;

namespace StepExport.Tests.Sources.StepSecurity;

/// <summary>From a section to its lists.</summary>
public sealed class FeedPlanTests
{
    [Fact]
    public void Every_type_that_has_a_mapper_is_asked_for_by_name()
    {
        var types = DetectionMappers.All.Select(mapper => mapper.Facts.Type).Where(type => type != "Threat-Intelligence");
        Assert.Empty(types.Except(FeedPlan.KnownTypes));
    }

    [Theory]
    [InlineData("customer: acme", 69)]
    [InlineData("owners: [a, b]", 138)]
    [InlineData("customer: acme\n    states: [new]", 23)]
    [InlineData("owners: [a, b]\n    types: [Reverse-Shell, Domain-Blocked]", 12)]
    [InlineData("customer: acme\n    types: ['*', Reverse-Shell, Brand-New]\n    states: [new]", 24)]
    public void Has_one_list_per_scope_type_and_state(string keys, int lists) =>
        Assert.Equal(lists, FeedPlan.Of((StepSecurityConfig)Load(keys).Config!.Sources[0].Config).Distinct().Count());

    [Fact]
    public void Addresses_are_those_of_the_vendor()
    {
        var tenant = new FeedKey(FeedScope.OfCustomer("a c"), "Reverse-Shell", "resolved");
        Assert.Equal("/v1/github/customers/a%20c/actions/detections?status=resolved&limit=200&detection_id=Reverse-Shell&next_token=x%3D%26", tenant.Page(200, "x=&"));
        Assert.Equal("/v1/github/acme/actions/detections?status=new&limit=5", new FeedKey(FeedScope.OfOwner("acme"), null, "new").Page(5, null));
        Assert.Equal("/v1/github/acme/threat-intel/incidents", FeedKey.Incidents("acme").Page(200, null));
    }

    [Theory]
    [InlineData("pageSize: 200", "sources.api.customer: is missing")]
    [InlineData("customer: a\n    owners: [b]", "sources.api.owners: customer already stands")]
    [InlineData("owners: [a, A]", "sources.api.owners[1]: 'A' is given twice")]
    [InlineData("owners: [a/b]", "sources.api.owners[0]: 'a/b' is not a name")]
    [InlineData("customer: a\n    types: ['Reverse Shell']", "sources.api.types[0]: 'Reverse Shell' is not a name")]
    [InlineData("customer: a\n    states: [open]", "sources.api.states[0]")]
    [InlineData("customer: a\n    pageSize: 201", "sources.api.pageSize: 201 is out of range")]
    [InlineData("customer: a\n    baseUrl: agent.api", "sources.api.baseUrl: 'agent.api' is not an address")]
    [InlineData("customer: a\n    sweepDepth: 60d", "sources.api.sweepDepth: 60d is more than lookback 30d")]
    [InlineData("customer: a\n    stateOverlap: 8d", "sources.api.stateOverlap: 8d is more than sweepDepth 7d")]
    [InlineData("customer: a\n    overlap: 29d\n    lookback: 28d", "sources.api.overlap: 29d is more than lookback 28d")]
    [InlineData("customer: a\n    timeout: 5s", "sources.api.connectTimeout: 10s is more than timeout 5s")]
    [InlineData("customer: a\n    retry: { initial: 5m }", "sources.api.retry.initial: 5m is more than retry.max 1m")]
    public void Rejects_what_cannot_be_meant(string keys, string expected) =>
        Assert.Contains(Load(keys).Errors, problem => problem.ToString().Contains(expected, StringComparison.Ordinal));

    [Theory]
    [InlineData("""[{"organization":"a"},{"owner":"b"},{"name":"c"},"d",{"x":1},5]""", "a,b,c,d")]
    [InlineData("""{"organizations":[{"organization":"a"},{"organization":"A"}]}""", "a")]
    [InlineData("""{"data":{"organizations":["a","b/c"]}}""", "a")]
    [InlineData("""{"result":{"1":{"organization":"a"},"2":"b"}}""", "a,b")]
    [InlineData("""{"data":null}""", "")]
    [InlineData("""{"message":"no"}""", null)]
    [InlineData("<html>", null)]
    public void Reads_names_of_organizations_in_any_shape_seen(string body, string? expected)
    {
        var names = OrganizationList.Read(System.Text.Encoding.UTF8.GetBytes(body));
        Assert.Equal(expected, names is null ? null : string.Join(',', names));
    }

    private static LoadedConfig Load(string keys) => new ConfigLoader(Composition.Factories).Parse("c.yaml", $$"""
        dataDir: data
        sources:
          api:
            type: stepsecurity
            apiKey: key
            {{keys}}
        sinks:
          out: { type: file, path: out.ndjson }
        """);
}
