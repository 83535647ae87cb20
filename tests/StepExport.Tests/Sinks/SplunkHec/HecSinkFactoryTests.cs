using StepExport.Configuration;
using StepExport.Sinks.SplunkHec;

namespace StepExport.Tests.Sinks.SplunkHec;

public sealed class HecSinkFactoryTests
{
    private static readonly HecConfig Good = HecHarness.Config("https://splunk.example.com:8088", new Secret("t")) with { Acknowledgement = "auto" };

    [Theory]
    [InlineData("https://splunk.example.com:8088")]
    [InlineData("https://splunk.example.com:8088/")]
    [InlineData("https://splunk.example.com:8088/services/collector")]
    [InlineData("https://splunk.example.com:8088/services/collector/event")]
    [InlineData("https://http-inputs-acme.splunkcloud.com")]
    [InlineData("https://[2001:db8::1]:8088")]
    public void Accepts_the_address_with_or_without_the_collectors_path(string address)
    {
        var problems = Validate(Good with { Endpoints = [address] });

        Assert.Empty(problems.All);
        Assert.Empty(problems.Warnings);
        Assert.True(HecEndpoint.TryParse(address, out var endpoint, out _));
        Assert.Equal("/services/collector/event", endpoint.Event.AbsolutePath);
        Assert.Equal("/services/collector/health", endpoint.Health.AbsolutePath);
    }

    [Theory]
    [InlineData("splunk:8088", "is not an address")]
    [InlineData("/services/collector", "is not an address")]
    [InlineData("ftp://splunk", "is not an address")]
    [InlineData("", "is not an address")]
    [InlineData("https://admin:pw@splunk:8088", "has a user or password in it")]
    [InlineData("https://splunk:8088/services/collector/raw", "has more than host and port; write https://splunk:8088")]
    [InlineData("https://splunk:8088/en-US", "has more than host and port")]
    [InlineData("https://splunk:8088/?token=x", "has more than host and port")]
    public void Rejects_any_other_address_and_says_what_to_write(string address, string message)
    {
        var (path, text) = Assert.Single(Validate(Good with { Endpoints = [address] }).All);

        Assert.Equal("endpoints[0]", path);
        Assert.Contains(message, text, StringComparison.Ordinal);
        Assert.DoesNotContain("pw", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Warns_of_plain_http()
    {
        var problems = Validate(Good with { Endpoints = ["http://splunk:8088"] });

        Assert.Empty(problems.All);
        Assert.Equal("endpoints[0]", Assert.Single(problems.Warnings).Path);
    }

    [Fact]
    public void Takes_several_endpoints_and_names_the_wrong_one()
    {
        Assert.Empty(Validate(Good with { Endpoints = ["https://a:8088", "https://b:8088"] }).All);
        Assert.Equal("endpoints[1]", Assert.Single(Validate(Good with { Endpoints = ["https://a:8088", "b"] }).All).Path);
    }

    [Fact]
    public void Rejects_a_lowest_concurrency_above_the_highest()
    {
        var problem = Assert.Single(Validate(Good with { MinInFlight = 5 }).All);

        Assert.Equal(("minInFlight", "5 is more than inFlight 4; lower it or raise inFlight"), problem);
    }

    [Fact]
    public void Lets_as_many_batches_wait_for_acknowledgement_as_the_configuration_says()
    {
        var waiting = new HecConfig { Type = "splunk_hec", Endpoints = ["https://a:8088"], Token = new("t"), AcknowledgementPending = 100 };
        var off = waiting with { Acknowledgement = "off" };

        Assert.Equal("auto", waiting.Acknowledgement);
        Assert.Equal((100, (101 * 30) + 300), (waiting.ToSettings().InFlight, waiting.ToSettings().Timeout.TotalSeconds));
        Assert.Equal((4, 5 * 30), (off.ToSettings().InFlight, off.ToSettings().Timeout.TotalSeconds));
    }

    [Fact]
    public void Reports_every_mistake_at_once()
    {
        var problems = Validate(Good with
        {
            Endpoints = ["splunk"],
            MinInFlight = 9,
            Proxy = "proxy:3128",
            ConnectTimeout = new(TimeSpan.FromMinutes(1)),
            Index = " ",
            Host = "",
            Source = "",
            Sourcetype = "",
            Tls = new() { Cert = "c.pem" },
        });

        Assert.Equal(
            ["endpoints[0]", "minInFlight", "proxy", "connectTimeout", "index", "host", "source", "sourcetype", "tls.key"],
            problems.All.Select(p => p.Path));
    }

    [Fact]
    public void Rejects_a_key_without_certificate_and_an_authority_that_is_not_used()
    {
        Assert.Equal("tls.cert", Assert.Single(Validate(Good with { Tls = new() { Key = "k.pem" } }).All).Path);
        var unverified = Validate(Good with { Tls = new() { Ca = "ca.pem", Verify = false } });
        Assert.Equal("tls.ca", Assert.Single(unverified.All).Path);
        Assert.Equal("tls.verify", Assert.Single(unverified.Warnings).Path);
    }

    [Theory]
    [InlineData("Security", "is no name of an index")]
    [InlineData("a b", "is no name of an index")]
    [InlineData("{team}", "{team} is not a placeholder")]
    [InlineData("a{owner", "has a brace without its counterpart")]
    [InlineData("", "is empty")]
    public void Rejects_an_index_that_Splunk_would_not_have(string index, string message)
    {
        var (path, text) = Assert.Single(Validate(Good with { Index = index }).All);

        Assert.Equal("index", path);
        Assert.Contains(message, text, StringComparison.Ordinal);
    }

    [Fact]
    public void Rejects_a_template_without_end()
    {
        var (path, text) = Assert.Single(Validate(Good with { Host = new string('x', 501) }).All);

        Assert.Equal(("host", "has 501 characters; write at most 500"), (path, text));
    }

    [Fact]
    public void Accepts_templates_and_what_belongs_to_them() => Assert.Empty(Validate(Good with
    {
        Index = "sec_{owner}",
        Host = "{owner}/{repo}",
        Sourcetype = "stepsecurity:{type}",
        AllowedIndexes = ["sec_acme"],
        FallbackIndex = "sec_rest",
        Tokens = [new() { Token = new Secret("u"), Where = new() { MinSeverity = "critical" }, Index = "urgent" }],
    }).All);

    [Fact]
    public void Rejects_limits_on_an_index_that_does_not_vary() => Assert.Equal(
        ["fallbackIndex", "allowedIndexes"],
        Validate(Good with { Index = "security", AllowedIndexes = ["security"], FallbackIndex = "main" }).All.Select(p => p.Path));

    [Fact]
    public void Rejects_names_that_cannot_come_out() => Assert.Equal(
        ["allowedIndexes[1]", "fallbackIndex"],
        Validate(Good with { Index = "{owner}", AllowedIndexes = ["acme", "ACME"], FallbackIndex = "a.b" }).All.Select(p => p.Path));

    [Fact]
    public void Rejects_mistakes_of_further_tokens()
    {
        var problems = Validate(Good with
        {
            Tokens =
            [
                new() { Token = new Secret("u"), Where = new() { Repos = ["acme/*"] }, Index = "A", Source = "{x}" },
                new() { Token = new Secret("v"), Where = new() },
            ],
        });

        Assert.Equal(["tokens[0].index", "tokens[0].source", "tokens[1].where"], problems.All.Select(p => p.Path));
    }

    [Theory]
    [InlineData("proxy:3128", null, null, "proxy")]
    [InlineData("http://user:pw@proxy:3128", null, null, "proxy")]
    [InlineData("http://proxy:3128", "user", null, "proxyPassword")]
    [InlineData(null, null, "pw", "proxyUser")]
    [InlineData("none", "user", "pw", "proxyUser")]
    public void Rejects_a_proxy_that_cannot_work(string? proxy, string? user, string? password, string path)
    {
        var problem = Assert.Single(Validate(Good with { Proxy = proxy, ProxyUser = user, ProxyPassword = password is null ? null : new Secret(password) }).All);

        Assert.Equal(path, problem.Path);
        Assert.DoesNotContain("pw", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("none", null)]
    [InlineData("http://proxy:3128", "user")]
    [InlineData("https://proxy", null)]
    public void Accepts_a_proxy(string proxy, string? user) =>
        Assert.Empty(Validate(Good with { Proxy = proxy, ProxyUser = user, ProxyPassword = user is null ? null : new Secret("p") }).All);

    private static ConfigProblems Validate(HecConfig config)
    {
        var problems = new ConfigProblems();
        new HecSinkFactory().Validate(config, problems);
        return problems;
    }
}
